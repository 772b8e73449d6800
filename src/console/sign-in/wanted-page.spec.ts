import { signInPath, wantedPage } from './wanted-page';

describe('wantedPage', () => {
  it.each(['/refunds', '/payments?concern=paid_twice&offset=50', '/events/12', '/organizations/org_%C3%A9'])(
    'keeps %s',
    (path) => {
      expect(wantedPage(path)).toBe(path);
    },
  );

  it.each([
    ['another site', 'https://evil.example/refunds'],
    ['another site without a scheme', '//evil.example/refunds'],
    ['another site behind a backslash', '/\\evil.example'],
    ['another site behind a tab', '/\t/evil.example'],
    ['two slashes that dots leave', '/a/..//evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['no path', 'refunds'],
    ['nothing', ''],
    ['the first page', '/'],
    ['the page that signs in', '/sign-in?next=%2Frefunds'],
    ['the page that signs in, hidden', '/x/../sign-in'],
    ['a long text', `/refunds?a=${'x'.repeat(500)}`],
  ])('keeps nothing of %s', (_, text) => {
    expect(wantedPage(text)).toBe('');
  });

  it('stays below the base whatever the path climbs to', () => {
    expect(wantedPage('/../../billing/checkout')).toBe('/billing/checkout');
  });
});

describe('signInPath', () => {
  it.each([
    ['/console', '/console/sign-in'],
    ['/console/', '/console/sign-in'],
    ['/console?a=b', '/console/sign-in'],
    ['/console/refunds', '/console/sign-in?next=%2Frefunds'],
    ['/console/payments?concern=disputed', '/console/sign-in?next=%2Fpayments%3Fconcern%3Ddisputed'],
    ['/elsewhere', '/console/sign-in'],
  ])('leads from %s to %s', (address, path) => {
    expect(signInPath('/console', address)).toBe(path);
  });
});
