import { html } from './html';
import type { Html } from './html';

const WITHOUT_FRACTION = new Set(
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
);
const IN_THOUSANDTHS = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/** All times are UTC, so that two people who look at one page see the same. */
export function time(at: Date | null): Html {
  if (at === null) return html`<span class="soft">–</span>`;
  const iso = at.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

export function money(minor: number | null, currency: string | null): string {
  if (minor === null || currency === null) return '–';
  const fraction = digits(currency);
  const shown = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency, ...shown }).format(
      minor / 10 ** fraction,
    );
  } catch {
    // Not a currency that this runtime knows: said as it is stored.
    return `${minor} ${currency}`;
  }
}

/** Without the cents, for an axis. */
export function shortMoney(minor: number, currency: string): string {
  const options = { style: 'currency', currency, maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat('en', options).format(minor / 10 ** digits(currency));
}

/** As ISO 4217 has it, which is what Dodo counts in. `Intl` has what is used in shops: for some, forints too, no fraction. */
function digits(currency: string): number {
  const code = currency.toUpperCase();
  return WITHOUT_FRACTION.has(code) ? 0 : IN_THOUSANDTHS.has(code) ? 3 : 2;
}

export function count(number: number): string {
  return new Intl.NumberFormat('en').format(number);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)}%`;
}

/** `340 ms`, `2.4 s`, `3 min`, `5 h`, `2 d`. */
export function span(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** `settled_by_hand` as a person would say it. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}
