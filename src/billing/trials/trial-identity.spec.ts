import { trialIdentityOf } from './trial-identity';

describe('trialIdentityOf', () => {
  it.each([
    ['billing@acme.com', 'billing@acme.com'],
    ['Billing@ACME.com', 'billing@acme.com'],
    ['billing+one@acme.com', 'billing@acme.com'],
    ['billing+one+two@acme.com', 'billing@acme.com'],
    ['b.i.lling@acme.com', 'b.i.lling@acme.com'],
    ['j.o.e+x@gmail.com', 'joe@gmail.com'],
    ['Joe@GoogleMail.com', 'joe@gmail.com'],
  ])('takes %s for %s', (email, identity) => {
    expect(trialIdentityOf(email)).toBe(identity);
  });
});
