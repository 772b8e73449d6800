import * as fc from 'fast-check';

/** Text that has broken something somewhere before. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202egnp.exe',
  '🧾💥',
  'İıſK',
  'e\u0301'.repeat(50),
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '%00',
  '%s%n',
  '${7*7}',
  "'; DROP TABLE organizations; --",
  '\\',
  '"',
  'null',
  'NaN',
  '-0',
  '1e999',
  '9223372036854775808',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  'javascript:alert(1)',
  'https://',
  'https://[::1',
  'http://a b',
  'https://user:pass@example.com:99999/',
  'x'.repeat(101),
  'x'.repeat(5_000),
];

export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

const HOSTILE_NUMBERS = [0, -0, -1, 0.1, 1e-320, 2 ** 31, 2 ** 53, 2 ** 63, 1e21, 1e308, -1e308];

/** Any JSON value, of the kinds that a careless reader trips over. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], { $ne: null }, ['x'], { length: 5 }),
  fc.constantFrom(...HOSTILE_NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.nat(200).map((depth) => nested(depth)),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { a: value };
  return value;
}
