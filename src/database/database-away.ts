import { QueryFailedError } from 'typeorm';

/** What Postgres says of itself, not of what it was asked: connection, resources, its operator, a standby that takes no writes. */
const ABOUT_ITSELF = /^(08...|53...|57...|25006)$/;

/** What Node says of a connection that can't be had, or breaks. */
const BROKEN = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What `pg`, its pool and our deadline say of one; these have no code. */
const BROKEN_IN_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|The database gave no answer)/;

/**
 * Whether a failure of a statement, or of the connection for it, says that the database can't be used for now, so that
 * the same may well work in a moment. What was asked for may have happened: a commit's answer can be lost, too.
 */
export function isDatabaseAway(error: unknown): boolean {
  const cause = (error instanceof QueryFailedError ? error.driverError : error) as Failure | null | undefined;
  const { code, message } = cause ?? {};
  if (typeof code === 'string' && code !== '') return ABOUT_ITSELF.test(code) || BROKEN.has(code);
  return typeof message === 'string' && BROKEN_IN_WORDS.test(message);
}

/** Whether a code is the server's, of five characters: others are of the connection. */
export function isSqlState(code: string | undefined): code is string {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code);
}

interface Failure {
  code?: unknown;
  message?: unknown;
}
