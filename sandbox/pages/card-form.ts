import { TEST_CARDS, type CardInput } from '../cards';
import { COUNTRIES } from '../reference';
import { grouped } from './format';
import { html, type Html } from './html';

/** What a buyer typed, kept as typed so that nothing is lost when the form comes back. */
export interface FormValues {
  email: string;
  number: string;
  expiry: string;
  cvc: string;
  name: string;
  country: string;
  zip: string;
}

export type Problems = Partial<
  Record<'email' | 'card-number' | 'expiry' | 'cvc' | 'name' | 'country' | 'zip', string>
>;

export function readForm(body: unknown, defaults: Partial<FormValues> = {}): FormValues {
  const given = (body ?? {}) as Record<string, string | undefined>;
  return {
    email: (given.email ?? defaults.email ?? '').trim(),
    number: given.card_number ?? defaults.number ?? '',
    expiry: given.expiry ?? defaults.expiry ?? '',
    cvc: given.cvc ?? defaults.cvc ?? '',
    name: (given.name ?? defaults.name ?? '').trim(),
    country: given.country ?? defaults.country ?? 'US',
    zip: (given.zip ?? defaults.zip ?? '').trim(),
  };
}

/** Without script, a test card's button posts the form; it comes back filled in. */
export function chosenTestCard(body: unknown): Partial<FormValues> | null {
  const number = (body as { test_card?: string } | undefined)?.test_card;
  return number ? { number: grouped(number), ...TEST_EXPIRY } : null;
}

const TEST_EXPIRY = { expiry: '12 / 34', cvc: '123' };

export function formProblems(values: FormValues, options: { email: boolean }): Problems {
  return {
    ...(options.email && !/^\S+@\S+\.\S+$/.test(values.email) && { email: 'Enter an email address.' }),
    ...(!values.name && { name: 'Enter the name on the card.' }),
    ...(!COUNTRIES.includes(values.country) && { country: 'Choose a country.' }),
    ...(!values.zip && { zip: 'Enter the ZIP or postal code.' }),
  };
}

export const cardOf = (values: FormValues): CardInput => ({
  number: values.number,
  expiry: values.expiry,
  cvc: values.cvc,
  holder: values.name || null,
});

export function field(
  id: keyof Problems,
  label: string,
  value: string,
  problems: Problems,
  attributes: Html = html``,
  name: string = id,
): Html {
  const problem = problems[id];
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${name}"
      value="${value}"
      required
      ${attributes}${problem && html` aria-invalid="true" aria-describedby="${id}-problem"`}
    />
    ${problem && html`<p class="problem" id="${id}-problem">${problem}</p>`}
  </div>`;
}

export function cardFields(values: FormValues, problems: Problems): Html {
  return html` ${field('card-number', 'Card number', values.number, problems, html`inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234" maxlength="23"`, 'card_number')}
    <div class="pair">
      ${field('expiry', 'Expiry', values.expiry, problems, html`inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY" maxlength="9"`)}
      ${field('cvc', 'CVC', values.cvc, problems, html`inputmode="numeric" autocomplete="cc-csc" placeholder="123" maxlength="4"`)}
    </div>
    ${field('name', 'Name on card', values.name, problems, html`autocomplete="cc-name"`)}
    <div class="pair">
      <div class="field">
        <label for="country">Country</label>
        <select id="country" name="country" autocomplete="country">
          ${countryOptions(values.country)}
        </select>
      </div>
      ${field('zip', 'ZIP or postal code', values.zip, problems, html`autocomplete="postal-code"`)}
    </div>`;
}

/** Placed after the pay button, so that Enter pays instead of choosing a card. */
export function testCardPanel(formId: string): Html {
  const buttons = TEST_CARDS.map(
    (card) =>
      html`<button
        type="submit"
        form="${formId}"
        formnovalidate
        name="test_card"
        value="${card.number}"
        data-card="${card.number}"
        data-expiry="${TEST_EXPIRY.expiry}"
        data-cvc="${TEST_EXPIRY.cvc}"
      >
        <span class="num">${grouped(card.number)}</span><small>${card.label}</small>
      </button>`,
  );
  return html`<section aria-labelledby="test-cards">
    <details open>
      <summary id="test-cards">Test cards</summary>
      <div class="stack">
        <p class="small soft">No real money moves here. Choose a card to fill in the form.</p>
        <div class="cards">${buttons}</div>
      </div>
    </details>
  </section>`;
}

/** Fills the form from a test card, groups digits while typing, and keeps the button from being pressed twice. */
export const CARD_SCRIPT = `
const at = (id) => document.getElementById(id);
for (const button of document.querySelectorAll('[data-card]')) {
  button.addEventListener('click', (event) => {
    event.preventDefault();
    at('card-number').value = button.dataset.card.replace(/(.{4})(?=.)/g, '$1 ');
    at('expiry').value = button.dataset.expiry;
    at('cvc').value = button.dataset.cvc;
    if (!at('name').value) at('name').value = 'Test Buyer';
    if (!at('zip').value) at('zip').value = '94107';
    const email = at('email');
    (email && !email.value ? email : at('pay')).focus();
  });
}
at('card-number').addEventListener('input', (event) => {
  const field = event.target;
  if (field.selectionStart !== field.value.length) return;
  field.value = field.value.replace(/\\D/g, '').slice(0, 19).replace(/(.{4})(?=.)/g, '$1 ');
});
at('expiry').addEventListener('input', (event) => {
  const digits = event.target.value.replace(/\\D/g, '');
  if (event.inputType === 'deleteContentBackward' || digits.length > 4) return;
  event.target.value = digits.length >= 2 ? digits.slice(0, 2) + ' / ' + digits.slice(2) : digits;
});
at('pay').form.addEventListener('submit', () => { setTimeout(() => { at('pay').disabled = true; }); });
addEventListener('pageshow', () => { at('pay').disabled = false; });
`;

const COUNTRY_NAMES = new Intl.DisplayNames(['en'], { type: 'region' });
const BY_NAME = COUNTRIES.map((code) => ({ code, name: COUNTRY_NAMES.of(code) ?? code })).toSorted((a, b) =>
  a.name.localeCompare(b.name, 'en'),
);

function countryOptions(chosen: string): Html[] {
  return BY_NAME.map(
    ({ code, name }) => html`<option value="${code}" ${code === chosen && html` selected`}>${name}</option>`,
  );
}
