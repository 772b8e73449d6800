import * as fc from 'fast-check';

type Json = Record<string, any>;

const text = (schema: Json): fc.Arbitrary<string> => {
  switch (schema.format) {
    case 'uri':
      return fc.webUrl({ withQueryParameters: true, withFragments: true });
    case 'email':
      return fc.emailAddress();
    case 'date-time':
      return fc
        .date({ min: new Date('2000-01-01'), max: new Date('2199-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString());
    default:
      if (schema.pattern)
        return fc.stringMatching(new RegExp(schema.pattern), { maxLength: schema.maxLength });
      return fc.string({
        unit: 'grapheme',
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? 30, 300),
      });
  }
};

function ofType(type: string, schema: Json, pools: Pools): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return fromObject(schema, pools);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, pools), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1000, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return text(schema);
  }
}

/** Values that exist, by the name of the field that would hold them: else all that is asked for is unknown. */
export type Pools = Record<string, readonly string[]>;

function fromObject({ properties = {}, required = [] }: Json, pools: Pools): fc.Arbitrary<unknown> {
  const fields = Object.entries<Json>(properties).map(([name, schema]) => {
    const pool = pools[name] ?? [];
    const value = valueOf(schema, pools);
    return [
      name,
      pool.length === 0
        ? value
        : fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: value }),
    ] as const;
  });
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: required,
    noNullPrototype: true,
  });
}

/** Values that the schema allows. */
export function valueOf(schema: Json, pools: Pools): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]));
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (choices) return fc.oneof(...choices.map((choice) => valueOf(choice, pools)));
  const types = [schema.type ?? 'string'].flat() as string[];
  return fc.oneof(...types.map((type) => ofType(type, schema, pools)));
}
