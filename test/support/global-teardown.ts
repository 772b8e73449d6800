import { dropTemplate } from './database';

export default async function globalTeardown(): Promise<void> {
  if (globalThis.testPostgres) await globalThis.testPostgres.stop();
  else await dropTemplate();
}
