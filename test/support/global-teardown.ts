import { dropDatabase, templateName } from './postgres-server';

export default async function globalTeardown(): Promise<void> {
  if (globalThis.testPostgres) await globalThis.testPostgres.stop();
  else await dropDatabase(templateName());
}
