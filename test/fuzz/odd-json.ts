import * as fc from 'fast-check';

/** A number as JSON may write it: `1.0`, `1e2`, more digits than a double has. */
const number = fc.oneof(
  fc.integer().map(String),
  fc.integer().map((value) => `${value}.0`),
  fc.integer({ min: -999, max: 999 }).map((value) => `${value}e2`),
  fc.integer({ min: 1, max: 999 }).map((value) => `${value}E+00`),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.constantFrom('-0', '0.10', '1e400', '9007199254740993', '1.7976931348623157e308'),
);

/** A string in which any character may be written as an escape, a slash as well. */
const text = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }))
  .map(([value, ways]) => {
    const units = [...value].map((character, i) => write(character, ways[i % ways.length]!));
    return `"${units.join('')}"`;
  });

function write(character: string, way: number): string {
  const escaped = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
  if (way === 0) return escaped;
  if (way === 1) return escaped.replaceAll(/\\u..../g, (it) => `\\u${it.slice(2).toUpperCase()}`);
  if (way === 2 && character === '/') return '\\/';
  return JSON.stringify(character).slice(1, -1);
}

const space = fc.constantFrom('', '', ' ', '\n', '\r\n', '\t', '  \n\t ');

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text,
    number,
    fc.constantFrom('true', 'false', 'null'),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 3 }), space)
      .map(([items, gap]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`),
    members(tie('value')),
  ),
}));

function members(of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  // No one says that names differ.
  const name = fc.oneof(text, fc.constantFrom('"id"', '"id"', '"__proto__"', '""'));
  return fc
    .tuple(fc.array(fc.tuple(name, of), { maxLength: 4 }), space)
    .map(
      ([pairs, gap]) =>
        `{${gap}${pairs.map(([key, it]) => `${key}${gap}:${gap}${it}`).join(`${gap},${gap}`)}${gap}}`,
    );
}

const type = fc.constantFrom(
  '"payment.succeeded"',
  '"payment\\u002esucceeded"',
  '"subscription.active"',
  '"refund.succeeded"',
  '"dispute.opened"',
  '"never.heard.of"',
);

/** An event of Dodo's, in one of the many ways in which the same JSON can be written. */
export const oddEncoding: fc.Arbitrary<Buffer> = fc
  .tuple(
    type,
    value,
    value,
    fc.shuffledSubarray(['type', 'data', 'timestamp', 'business_id', 'more'], { minLength: 2 }),
    space,
    fc.nat(9),
  )
  .map(([kind, payment, more, order, gap, prefix]) => {
    const fields: Record<string, string> = {
      type: kind,
      data: `{"payload_type":"Payment","payment_id":${payment}}`,
      timestamp: '"2026-11-23T12:00:00.000000Z"',
      business_id: '"bus_1"',
      more,
    };
    const body = order.map((name) => `${gap}"${name}"${gap}:${gap}${fields[name]}`).join(',');
    return Buffer.from(`${prefix === 0 ? '\uFEFF' : gap}{${body}${gap}}${gap}`);
  });
