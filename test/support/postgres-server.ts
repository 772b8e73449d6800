import { Client } from 'pg';

/** Runs `work` on the maintenance database of the run's server. */
export async function withServer(work: (server: Client) => Promise<unknown>): Promise<void> {
  const server = new Client({ connectionString: fromSetup('TEST_DATABASE_URL') });
  await server.connect();
  try {
    await work(server);
  } finally {
    await server.end();
  }
}

export const dropDatabase = (name: string): Promise<void> =>
  withServer((server) => server.query(`drop database if exists ${name} with (force)`));

export const templateName = (): string => fromSetup('TEST_TEMPLATE');

export function urlOf(database: string): string {
  const url = new URL(fromSetup('TEST_DATABASE_URL'));
  url.pathname = `/${database}`;
  return url.href;
}

function fromSetup(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: it comes from the global setup of Jest`);
  return value;
}
