import type { CardDetails } from './model/customers';

export interface Decline {
  code: string;
  message: string;
  /** A soft decline may succeed later with the same card; a hard one never does. */
  soft: boolean;
}

const GENERIC_DECLINE: Decline = { code: 'GENERIC_DECLINE', message: 'Your card was declined.', soft: true };
const INSUFFICIENT_FUNDS: Decline = {
  code: 'INSUFFICIENT_FUNDS',
  message: 'Your card has insufficient funds.',
  soft: true,
};
const NOT_A_TEST_CARD: Decline = {
  code: 'INVALID_CARD_NUMBER',
  message: 'This card is not one of the sandbox’s test cards. No real card can be charged here.',
  soft: true,
};
export const RENEWAL_DECLINE = GENERIC_DECLINE;

export interface TestCard {
  number: string;
  label: string;
  network: string;
  type: 'CREDIT' | 'DEBIT';
  country: string;
  decline: Decline | null;
  renewals: 'approve' | 'decline' | 'delay';
}

const card = (number: string, label: string, country: string, rest: Partial<TestCard> = {}): TestCard => ({
  number,
  label,
  country,
  network: number.startsWith('5') ? 'MASTERCARD' : 'VISA',
  type: 'CREDIT',
  decline: null,
  renewals: 'approve',
  ...rest,
});

/** Indian debits settle about two days after they start, hence `delay`. */
export const TEST_CARDS: TestCard[] = [
  card('4242424242424242', 'Visa, succeeds', 'US'),
  card('5555555555554444', 'Mastercard, succeeds', 'US'),
  card('4000000000000002', 'Declined', 'US', { decline: GENERIC_DECLINE }),
  card('4000000000009995', 'Insufficient funds', 'US', { decline: INSUFFICIENT_FUNDS }),
  card('4000000000000341', 'Succeeds, renewals fail', 'US', { renewals: 'decline' }),
  card('4576238912771450', 'Visa India, succeeds', 'IN', { renewals: 'delay' }),
  card('5409162669381034', 'Mastercard India, succeeds', 'IN', { renewals: 'delay' }),
  card('4706131211212123', 'Visa India, declined', 'IN', { decline: GENERIC_DECLINE }),
  card('5105105105105100', 'Mastercard India, declined', 'IN', { decline: GENERIC_DECLINE }),
];

export interface CardInput {
  number: string;
  expiry: string;
  cvc: string;
  holder: string | null;
}

export type CardProblem = { field: 'card-number' | 'expiry' | 'cvc'; message: string };

export type CardVerdict = {
  details: CardDetails;
  decline: Decline | null;
  renewals: TestCard['renewals'];
};

const digits = (text: string): string => text.replace(/[\s-]/g, '');

/** What is wrong with the form, before any bank is asked. */
export function cardProblems(input: CardInput, now: Date): CardProblem[] {
  const problems: CardProblem[] = [];
  if (!/^\d{13,19}$/.test(digits(input.number)) || !passesLuhn(digits(input.number))) {
    problems.push({ field: 'card-number', message: 'The card number is not valid.' });
  }
  const expiry = parseExpiry(input.expiry);
  if (!expiry) problems.push({ field: 'expiry', message: 'Enter the expiry date as MM / YY.' });
  else if (expiry.year * 12 + expiry.month < now.getUTCFullYear() * 12 + now.getUTCMonth() + 1) {
    problems.push({ field: 'expiry', message: 'The card has expired.' });
  }
  if (!/^\d{3,4}$/.test(input.cvc.trim()))
    problems.push({ field: 'cvc', message: 'Enter the 3 digits of the security code.' });
  return problems;
}

/** What the bank says to a card whose form is in order. */
export function askBank(input: CardInput): CardVerdict {
  const number = digits(input.number);
  const known = TEST_CARDS.find((candidate) => candidate.number === number);
  const expiry = parseExpiry(input.expiry);
  return {
    details: {
      last_four: number.slice(-4),
      network: known?.network ?? networkOf(number),
      type: known?.type ?? 'CREDIT',
      country: known?.country ?? 'US',
      holder: input.holder,
      expiry_month: String(expiry?.month ?? 12).padStart(2, '0'),
      expiry_year: String(expiry?.year ?? 2034),
    },
    decline: known ? known.decline : NOT_A_TEST_CARD,
    renewals: known?.renewals ?? 'decline',
  };
}

function parseExpiry(text: string): { month: number; year: number } | null {
  const match = /^\s*(\d{1,2})\s*[/\-. ]?\s*(\d{4}|\d{2})\s*$/.exec(text);
  if (!match) return null;
  const month = Number(match[1]);
  const year = Number(match[2]);
  if (month < 1 || month > 12) return null;
  return { month, year: year < 100 ? 2000 + year : year };
}

function passesLuhn(number: string): boolean {
  const sum = [...number].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function networkOf(number: string): string {
  if (/^3[47]/.test(number)) return 'AMEX';
  if (/^(5[1-5]|2[2-7])/.test(number)) return 'MASTERCARD';
  return 'VISA';
}
