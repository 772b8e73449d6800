// npm run mutation [-- --mutate src/webhooks/signature.ts …]: one throw-away Postgres for the whole run, then Stryker.
// The server is the tests' own; it is built, since Stryker's processes only get its address.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const { startPostgres } = createRequire(import.meta.url)('../../dist/scripts/local/embedded-postgres.js');

const postgres = await startPostgres({ durable: false });
const stryker = spawn(
  process.execPath,
  ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: postgres.url, TEST_TEMPLATE: 'billing_template_mutation' },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stryker.kill(signal));
stryker.on('exit', async (code) => {
  await postgres.stop();
  process.exit(code ?? 1);
});
