import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line that is logged on behalf of something says about it: ids and names, never a person. */
export type LogFields = Record<string, string | number | undefined>;

/** Something that lines can be logged on behalf of: a request, or a job. */
export interface LogScope {
  fields(): LogFields;
}

const scopes = new AsyncLocalStorage<LogScope>();

/** All that is logged while `work` runs, and in whatever it starts, carries the fields of `scope`. */
export function runInScope<T>(scope: LogScope, work: () => T): T {
  return scopes.run(scope, work);
}

export function currentLogFields(): LogFields {
  return scopes.getStore()?.fields() ?? {};
}
