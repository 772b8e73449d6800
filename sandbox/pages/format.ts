import type { TimeInterval } from '../reference';

/** Currencies whose minor units are not hundredths, as ISO 4217 has them. */
const WITHOUT_FRACTION = new Set(
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
);
const IN_THOUSANDTHS = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/** `Intl` alone would show what shops do, which for forints and others is no fraction, and count in that. */
export function money(minorUnits: number, currency: string): string {
  const digits = WITHOUT_FRACTION.has(currency) ? 0 : IN_THOUSANDTHS.has(currency) ? 3 : 2;
  const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency, ...shown });
  return format.format(minorUnits / 10 ** digits);
}

export function day(moment: string): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(moment));
}

export function instant(moment: string): string {
  return `${moment.slice(0, 10)} ${moment.slice(11, 19)} UTC`;
}

/** 'month', or '3 months'. */
export function every(count: number, interval: TimeInterval): string {
  const unit = interval.toLowerCase();
  return count === 1 ? unit : `${count} ${unit}s`;
}

export const grouped = (cardNumber: string): string => cardNumber.replace(/(.{4})(?=.)/g, '$1 ');
