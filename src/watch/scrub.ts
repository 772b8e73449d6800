/**
 * The second line of defence of law 11. The first is that nothing logs what
 * could hold a secret; this makes sure of it where the text is another's, such
 * as a driver's error. It knows the secrets of this instance by their value,
 * and everyone else's by their look.
 */
export type Scrub = (text: string) => string;

/** Shorter values are no secrets, and would tear holes into innocent words. */
const MIN_SECRET_LENGTH = 8;

const API_KEY = /\b(sk-social-)[\w-]+/g;
const WEBHOOK_SECRET = /\b(whsec_)[\w+/=-]+/g;
const BEARER = /\b(Bearer|Basic) +[\w.~+/=-]+/gi;
/** An address of the web: a link may log someone in, so only its origin stays. */
const LINK = /\b((?:https?):\/\/)(?:[^\s/?#"'<>@]*@)?([^\s/?#"'<>)\]]+\]?)([/?#][^\s"'<>)]*)?/gi;
/** Any other address with a password in it, such as a database's. */
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]*@/gi;
/** Before the @ as much as there may be: looked for without an end, it would hold the process up over a long text. */
const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;
/** Thirteen digits are also what an instant in milliseconds looks like. */
const LONG_NUMBER = /(?<![\w.-])\d(?:[ -]?\d){13,18}(?![\w-])/g;

/** @param secrets values that this instance knows: none of them will pass */
export function createScrub(secrets: string[]): Scrub {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  return (text) => {
    const rest = known.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, '[secret]'), text);
    return rest
      .replace(API_KEY, '$1[key]')
      .replace(WEBHOOK_SECRET, '$1[secret]')
      .replace(BEARER, '$1 [credential]')
      .replace(LINK, (_, scheme: string, host: string, path?: string) => scheme + host + (path ? '/…' : ''))
      .replace(URL_PASSWORD, '$1')
      .replace(EMAIL, '[e-mail]')
      .replace(LONG_NUMBER, (number) => (isCardNumber(number) ? '[card]' : number));
  };
}

/** By the check digit that all card numbers have (Luhn). */
function isCardNumber(text: string): boolean {
  const digits = [...text.replaceAll(/\D/g, '')].map(Number).toReversed();
  const sum = digits.reduce((total, digit, index) => {
    const weighed = index % 2 === 0 ? digit : digit * 2;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}
