import type { Client } from 'pg';

/** A statement that comes again is prepared from this time on: one that comes once is not worth a name. */
const PREPARED_FROM = 3;
/** Postgres keeps what is prepared for each connection. The service has far fewer that come again and again. */
const MOST_PREPARED = 200;

/**
 * A client that has Postgres parse a statement once a connection, and plan it once where that is as good as planning it
 * anew, which is what most of the time of a small statement goes into. Statements are known by their text; only those
 * with parameters are meant. Names are the same on all connections of one pool.
 */
export function preparingClient(base: typeof Client): typeof Client {
  const seen = new Map<string, number>();
  const names = new Map<string, string>();

  function nameOf(text: string): string | undefined {
    const name = names.get(text);
    if (name !== undefined || names.size >= MOST_PREPARED) return name;
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    if (times < PREPARED_FROM) return undefined;
    seen.delete(text);
    names.set(text, `s${names.size}`);
    return names.get(text);
  }

  return class PreparingClient extends base {
    override query(...parts: unknown[]): never {
      const [text, values] = parts;
      const hasParameters = typeof text === 'string' && Array.isArray(values) && values.length > 0;
      const name = hasParameters ? nameOf(text) : undefined;
      const asked = name === undefined ? parts : [{ name, text, values }, ...parts.slice(2)];
      return Reflect.apply(super.query, this, asked) as never;
    }
  };
}
