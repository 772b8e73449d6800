import { withSessionId } from './return-url';

describe('withSessionId', () => {
  it.each([
    ['https://a.com', 'https://a.com?session_id=cs_1'],
    ['https://a.com/?', 'https://a.com/?session_id=cs_1'],
    ['https://a.com/?a=1', 'https://a.com/?a=1&session_id=cs_1'],
    ['https://a.com/?a=1&', 'https://a.com/?a=1&session_id=cs_1'],
    ['https://a.com/?a=%20+é&b', 'https://a.com/?a=%20+é&b&session_id=cs_1'],
    ['https://a.com/?session_id=old', 'https://a.com/?session_id=cs_1'],
    ['https://a.com/?session_id={ID}&a=1&session_id#top', 'https://a.com/?a=1&session_id=cs_1#top'],
    ['https://a.com/?a=session_id&session%5Fid=old&&b', 'https://a.com/?a=session_id&&b&session_id=cs_1'],
    ['https://a.com/?my_session_id=1', 'https://a.com/?my_session_id=1&session_id=cs_1'],
    ['https://a.com/#top', 'https://a.com/?session_id=cs_1#top'],
    ['https://a.com/?a=1#/r?b=2', 'https://a.com/?a=1&session_id=cs_1#/r?b=2'],
  ])('%s → %s', (url, expected) => {
    expect(withSessionId(url, 'cs_1')).toBe(expected);
  });
});
