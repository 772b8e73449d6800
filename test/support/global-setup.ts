import { startPostgres, type LocalPostgres } from '../../scripts/local/embedded-postgres';

declare global {
  var testPostgres: LocalPostgres | undefined;
}

/** One throw-away server for the whole run; the workers inherit its address. */
export default async function globalSetup(): Promise<void> {
  process.env.TEST_TEMPLATE = `billing_template_${process.pid}`;
  if (process.env.TEST_DATABASE_URL) return;
  globalThis.testPostgres = await startPostgres({ durable: false });
  process.env.TEST_DATABASE_URL = globalThis.testPostgres.url;
}
