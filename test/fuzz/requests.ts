import * as fc from 'fast-check';
import { hostileText, hostileValue } from './hostile';
import { valueOf } from './schema-values';
import type { Pools } from './schema-values';

type Json = Record<string, any>;

export interface Operation {
  method: string;
  /** As the document has it, with `{id}`. */
  path: string;
  description: Json;
}

export interface FuzzRequest {
  method: string;
  /** As it goes over the wire. */
  address: string;
  headers: Record<string, string | string[]>;
  body: Buffer | undefined;
  /** What the answer is held against; null for addresses that the document does not have. */
  operation: Operation | null;
}

export function operationsOf(document: Json): Operation[] {
  return Object.entries<Json>(document.paths).flatMap(([path, operations]) =>
    Object.entries<Json>(operations).map(([method, description]) => ({ method, path, description })),
  );
}

/** An object with one of its fields spoilt: dropped, added, or of another kind. */
const spoilt = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(valid, fc.nat(), fc.constantFrom('drop', 'replace', 'add'), hostileText, hostileValue)
    .map(([value, at, how, name, other]) => {
      if (typeof value !== 'object' || value === null) return other;
      const fields = Object.entries(value);
      const [field] = fields[at % Math.max(fields.length, 1)] ?? ['none'];
      const rest = fields.filter(([key]) => key !== field);
      if (how === 'drop') return Object.fromEntries(rest);
      return Object.fromEntries([...fields, [how === 'add' ? name : field, other]]);
    });

const OVERSIZED = Buffer.from(JSON.stringify({ padding: 'x'.repeat(300_000) }));

/** Bytes that are no JSON, or JSON that nobody would write. */
const oddBytes = (valid: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    valid.chain((text) => fc.nat(text.length).map((end) => Buffer.from(text.slice(0, end)))),
    valid.map((text) => Buffer.from(text.replace('{', '{"planId":1,"name":[],"amount":"x",'))),
    valid.map((text) => Buffer.from(`\uFEFF${text}`)),
    valid.map((text) => Buffer.from(text, 'utf16le')),
    valid.map((text) => Buffer.from(text.replaceAll(/\d+/g, '123456789012345678901234567890e400'))),
    valid.map((text) => Buffer.from(`[${text},${text}]`)),
    fc.nat(20_000).map((depth) => Buffer.from('['.repeat(depth))),
    fc.nat(20_000).map((depth) => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('', ' ', '\n', 'null', 'NaN', '"x"', '{"a":1}}', '{"__proto__":{"x":1}}')
      .map(Buffer.from),
    fc.constant(OVERSIZED),
  );

function bodyOf({ description, method }: Operation, pools: Pools): fc.Arbitrary<Buffer | undefined> {
  if (method === 'get') return fc.constant(undefined);
  const { schema, example } = (description.requestBody?.content['application/json'] ?? {}) as Json;
  const valid = schema
    ? fc.oneof(valueOf(schema, pools), fc.constant(example))
    : fc.constantFrom<unknown>({}, null);
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
  return fc.oneof(
    { weight: 5, arbitrary: schema ? valid.map(bytes) : fc.constant(undefined) },
    { weight: 3, arbitrary: spoilt(valid).map(bytes) },
    { weight: 1, arbitrary: hostileValue.map(bytes) },
    { weight: 2, arbitrary: oddBytes(valid.map((value) => JSON.stringify(value))) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      undefined,
      '',
      'text/plain',
      'application/json; charset=utf-16',
      'application/vnd.acme+json',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'a/b/c;;;',
      '*/*',
    ),
  },
);

/** What a header can hold at all: Node sends no others. */
const headerText = fc.oneof(
  fc.constantFrom('same', 'other', '"same"', '""', '"', ' ', 'é', 'a b', 'x'.repeat(255), 'x'.repeat(300)),
  fc.string({ maxLength: 30 }),
);

const idempotencyKey = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: headerText },
  { weight: 1, arbitrary: fc.uuid() },
);

/** Percent-encoded where that is possible, else the bytes as another program would send them. */
function encoded(value: string): string {
  return /\p{Cs}/u.test(value) ? '%ED%A0%80' : encodeURIComponent(value);
}

function pathOf({ path }: Operation, pools: Pools): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const room = path.split('/')[1]!;
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...(pools[room] ?? []), 'key_0', '1').map(encoded) },
    { weight: 3, arbitrary: hostileText.filter((text) => text !== '').map(encoded) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%zz', '%', '%c3%28', '%2e%2e%2f', '%00', ';', '~', '99999999999999999999'),
    },
  );
  return fc.tuple(...names.map(() => value)).map((values) => {
    let at = 0;
    return path.replaceAll(/\{\w+\}/g, () => values[(at += 1) - 1]!);
  });
}

function queryOf({ description }: Operation, pools: Pools): fc.Arbitrary<string> {
  const parameters = ((description.parameters ?? []) as Json[]).filter((it) => it.in === 'query');
  const pairs = parameters.map((it) =>
    fc.oneof(
      valueOf(it.schema as Json, pools).map((value) => `${it.name}=${encoded(String(value))}`),
      hostileText.map((value) => `${it.name}=${encoded(value)}`),
      fc.constantFrom(
        `${it.name}=1&${it.name}=2`,
        `${it.name}[]=1`,
        `${it.name}[x]=1`,
        `${it.name}`,
        `${it.name}=%zz`,
      ),
    ),
  );
  const odd = fc.constantFrom(
    '?',
    '?&&&',
    '?__proto__[x]=1',
    '?%',
    '?a=%00',
    `?${'a=1&'.repeat(500)}`,
    '?x=%ED%A0%80',
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 3,
      arbitrary: pairs.length
        ? fc.subarray(pairs).chain((some) => fc.tuple(...some).map((them) => `?${them.join('&')}`))
        : odd,
    },
    { weight: 1, arbitrary: odd },
  );
}

/** Any request to an operation: right, a little wrong, or nonsense. */
export function requestTo(
  operation: Operation,
  pools: Pools,
  credentials: fc.Arbitrary<Record<string, string>>,
): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      path: pathOf(operation, pools),
      query: queryOf(operation, pools),
      body: bodyOf(operation, pools),
      credential: credentials,
      type: contentType,
      key: idempotencyKey,
    })
    .map(({ path, query, body, credential, type, key }) => ({
      method: operation.method.toUpperCase(),
      address: path + query,
      headers: {
        ...credential,
        ...(body !== undefined && type !== undefined && { 'content-type': type }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      body,
      operation,
    }));
}

/** Requests to what the document does not have: other methods, other paths, nonsense. */
export function requestElsewhere(
  operations: Operation[],
  credentials: fc.Arbitrary<Record<string, string>>,
): fc.Arbitrary<FuzzRequest> {
  const documented = new Set(operations.map(({ method, path }) => `${method} ${path}`));
  const known = operations.map(({ path }) => path.replaceAll(/\{\w+\}/g, 'x'));
  const address = fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(...known).map((path) => `${path}/more`),
    fc.constantFrom(...known).map((path) => path.toUpperCase()),
    fc.constantFrom(
      '/',
      '//',
      '/.',
      '/%',
      '/%zz',
      '/%00',
      '/*',
      '/?',
      '/nope',
      `/${'x'.repeat(7_000)}`,
      '/billing//status',
      '/docs/../nope',
    ),
    hostileText.map((text) => `/${encoded(text)}`),
  );
  return fc
    .record({
      method: fc.constantFrom(
        'GET',
        'POST',
        'PUT',
        'PATCH',
        'DELETE',
        'OPTIONS',
        'TRACE',
        'SEARCH',
        'PROPFIND',
      ),
      address,
      credential: credentials,
      body: fc.option(
        hostileValue.map((value) => Buffer.from(JSON.stringify(value))),
        { nil: undefined },
      ),
    })
    .filter(({ method, address: at }) => {
      const plain = at.split('?')[0]!.replace(/\/+$/, '');
      return !operations.some(
        (it) =>
          documented.has(`${method.toLowerCase()} ${it.path}`) &&
          new RegExp(`^${it.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(plain),
      );
    })
    .map(({ method, address: at, credential, body }) => ({
      method,
      address: at,
      headers: { ...credential, ...(body && { 'content-type': 'application/json' }) },
      body,
      operation: null,
    }));
}
