/** Mail services that deliver to the same box wherever dots stand in its name. */
const DOTS_DO_NOT_COUNT = new Set(['gmail.com', 'googlemail.com']);

/**
 * The mail box that an address means, as far as it shows: letter case, what
 * follows a `+`, and with Google dots, make no other box. Whoever has a box
 * could else sign up from it any number of times.
 */
export function trialIdentityOf(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1).toLowerCase();
  const [box = ''] = email.slice(0, at).toLowerCase().split('+');
  return DOTS_DO_NOT_COUNT.has(domain) ? `${box.replaceAll('.', '')}@gmail.com` : `${box}@${domain}`;
}
