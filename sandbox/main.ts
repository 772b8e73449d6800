import { createSandbox, type Sandbox } from './server';

const port = Number(process.env.SANDBOX_PORT ?? 4010);
const host = process.env.SANDBOX_HOST ?? '127.0.0.1';
const dataDir = process.env.SANDBOX_DATA_DIR ?? `.local/sandbox-${port}`;

async function main(): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return fail(`SANDBOX_PORT is not a port: ${process.env.SANDBOX_PORT}`);
  }
  const logger = {
    info: (message: string) => console.log(message),
    error: (message: string, cause: unknown) => console.error(message, cause),
  };
  let sandbox: Sandbox;
  try {
    sandbox = await createSandbox({ port, host, dataDir: dataDir || null, logger });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return fail(`Port ${port} is taken on ${host}. Stop what uses it, or set SANDBOX_PORT to another one.`);
  }
  console.log(greeting(sandbox.url));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(sandbox));
}

async function stop(sandbox: Sandbox): Promise<void> {
  await sandbox.close();
  process.exit(0);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

const greeting = (url: string): string => `Dodo Payments sandbox on ${url}
  data      ${dataDir || 'in memory only'}
  overview  ${url}/
  SDK       new DodoPayments({ bearerToken: 'sandbox', baseURL: '${url}' })
  time      curl -X POST ${url}/_sandbox/clock -H 'content-type: application/json' -d '{"advance":"4d"}'`;

main().catch((error: unknown) => {
  console.error('The sandbox could not start.', error);
  process.exit(1);
});
