export interface Post {
  headers: Record<string, string | string[]>;
  body: Buffer;
}

interface Means {
  /** Any two numbers: which place, which bit. */
  at: number;
  bit: number;
  key: Buffer;
  sign: (body: Buffer, by?: { id?: string; at?: number; by?: Buffer }) => Post;
}

const withHeader = ({ headers, body }: Post, name: string, value: string | string[]): Post => ({
  headers: { ...headers, [name]: value },
  body,
});

const withoutHeader = ({ headers, body }: Post, name: string): Post => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name)),
  body,
});

const header = ({ headers }: Post, name: string): string => headers[name] as string;

function flipBit(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const place = at % copy.length;
  copy[place] = copy[place]! ^ (1 << (bit % 8));
  return copy;
}

/** One character of a header becomes another that may stand there. */
function changeCharacter(text: string, at: number, bit: number, alphabet: string): string {
  const place = at % text.length;
  const others = [...alphabet].filter((character) => character !== text[place]);
  return text.slice(0, place) + others[bit % others.length]! + text.slice(place + 1);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FIVE_MINUTES_MS = 300_000;

const ID = 'webhook-id';
const TIMESTAMP = 'webhook-timestamp';
const SIGNATURE = 'webhook-signature';

const withoutVersion = (post: Post) => header(post, SIGNATURE).slice('v1,'.length);

/** Ways to change a signed post; what comes out must not be taken for genuine. */
export const TAMPERINGS: Record<string, (post: Post, means: Means) => Post> = {
  'a bit of the body': (post, { at, bit }) => ({ ...post, body: flipBit(post.body, at, bit) }),
  'a byte less': ({ headers, body }) => ({ headers, body: body.subarray(0, -1) }),
  'a space more': ({ headers, body }) => ({ headers, body: Buffer.concat([body, Buffer.from(' ')]) }),
  'no body': ({ headers }) => ({ headers, body: Buffer.alloc(0) }),
  'the body written anew': ({ headers, body }) => ({
    headers,
    body: Buffer.from(JSON.stringify({ again: body.toString() })),
  }),
  'a character of the id': (post, { at, bit }) =>
    withHeader(post, ID, changeCharacter(header(post, ID), at, bit, BASE64)),
  'another id': (post) => withHeader(post, ID, 'msg_other'),
  'the dot moved from id to timestamp': (post) =>
    withHeader(
      withHeader(post, ID, `${header(post, ID)}.${header(post, TIMESTAMP)}`),
      TIMESTAMP,
      String(Math.floor(Date.now() / 1000) + 1),
    ),
  'the timestamp a second off': (post, { bit }) =>
    withHeader(post, TIMESTAMP, String(Number(header(post, TIMESTAMP)) + (bit % 2 ? 1 : -1))),
  'a digit of the timestamp': (post, { at, bit }) =>
    withHeader(post, TIMESTAMP, changeCharacter(header(post, TIMESTAMP), at, bit, '0123456789')),
  milliseconds: (post) => withHeader(post, TIMESTAMP, `${header(post, TIMESTAMP)}000`),
  'signed too long ago': (post, { at, sign }) =>
    sign(post.body, { at: Date.now() - FIVE_MINUTES_MS - 2_000 - (at % 10 ** 9) }),
  'signed too far ahead': (post, { at, sign }) =>
    sign(post.body, { at: Date.now() + FIVE_MINUTES_MS + 5_000 + (at % 10 ** 9) }),
  'signed by a key that is one bit off': (post, { at, bit, key, sign }) =>
    sign(post.body, { by: flipBit(key, at, bit) }),
  'signed by the key’s text': (post, { key, sign }) =>
    sign(post.body, { by: Buffer.from(key.toString('base64')) }),
  'signed by an empty key': (post, { sign }) => sign(post.body, { by: Buffer.alloc(0) }),
  'a character of the signature': (post, { at, bit }) =>
    withHeader(
      post,
      SIGNATURE,
      `v1,${changeCharacter(withoutVersion(post).slice(0, 42), at, bit, BASE64)}${withoutVersion(post).slice(42)}`,
    ),
  'half a signature': (post, { at }) =>
    withHeader(post, SIGNATURE, header(post, SIGNATURE).slice(0, 3 + (at % 43))),
  'the signature without its version': (post) => withHeader(post, SIGNATURE, withoutVersion(post)),
  'another version': (post, { bit }) =>
    withHeader(post, SIGNATURE, `${['v0', 'v2', 'v1a', 'V1', ''][bit % 5]},${withoutVersion(post)}`),
  'only the version': (post) => withHeader(post, SIGNATURE, 'v1,'),
  'the signature in hex': (post) =>
    withHeader(post, SIGNATURE, `v1,${Buffer.from(withoutVersion(post), 'base64').toString('hex')}`),
  'a space within the signature': (post, { at }) => {
    const text = withoutVersion(post);
    const cut = 1 + (at % (text.length - 1));
    return withHeader(post, SIGNATURE, `v1,${text.slice(0, cut)} ${text.slice(cut)}`);
  },
  'a comma within the signature': (post, { at }) => {
    const text = withoutVersion(post);
    const cut = 1 + (at % (text.length - 1));
    return withHeader(post, SIGNATURE, `v1,${text.slice(0, cut)},${text.slice(cut)}`);
  },
  'the signature of another event': (post, { sign }) =>
    withHeader(post, SIGNATURE, header(sign(Buffer.from('{}')), SIGNATURE)),
  'a hundred wrong signatures': (post) =>
    withHeader(
      post,
      SIGNATURE,
      Array(100)
        .fill(`v1,${'A'.repeat(43)}=`)
        .join(' '),
    ),
  'no signature': (post) => withoutHeader(post, SIGNATURE),
  'no id': (post) => withoutHeader(post, ID),
  'no timestamp': (post) => withoutHeader(post, TIMESTAMP),
};
