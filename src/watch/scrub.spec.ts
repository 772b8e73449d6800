import { createScrub } from './scrub';

describe('what reaches the log', () => {
  const scrub = createScrub(['the operator token', 'short', '8-signs!', 'a pepper/with+signs']);

  it.each([
    ['key sk-social-4fPq_9-x sent', 'key sk-social-[key] sent'],
    ['signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==.', 'signed with whsec_[secret].'],
    ['authorization: Bearer abc.def-ghi', 'authorization: Bearer [credential]'],
    ['proxy-authorization: basic dTpwdw==', 'proxy-authorization: basic [credential]'],
    ['it is the operator token!', 'it is [secret]!'],
    ['a pepper/with+signs', '[secret]'],
    ['8-signs!', '[secret]'],
    ['go to https://portal.dodo.dev/session/abc?token=1, then', 'go to https://portal.dodo.dev/… then'],
    ['http://u:p@127.0.0.1:4010/x', 'http://127.0.0.1:4010/…'],
    ['postgres://app:hunter22@db:5432/billing', 'postgres://db:5432/billing'],
    ['Key (email)=(jo.doe+x@mail.example.com) exists', 'Key (email)=([e-mail]) exists'],
    ['jo%40example.com', '[e-mail]'],
    [`${'-'.repeat(50)}${'x'.repeat(64)}@example.com`, `${'-'.repeat(50)}[e-mail]`],
    ['card 4242 4242 4242 4242 was', 'card [card] was'],
    ['4242424242424242', '[card]'],
    ['378282246310005', '[card]'],
  ])('%s → %s', (said, logged) => {
    expect(scrub(said)).toBe(logged);
  });

  it.each([
    'Listening on http://[::1]:3000',
    'Listening on http://127.0.0.1:3000',
    'Refund rfd_4fPq of payment pay_123: owed → requested',
    'CreateTheInbox1795000300000',
    'at Object.<anonymous> (/app/node_modules/@nestjs/core/router.js:12:34)',
    'at 1795000300000, number 4242424242424243',
    'short',
  ])('leaves %s as it is', (line) => {
    expect(scrub(line)).toBe(line);
  });
});
