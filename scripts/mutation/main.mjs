// npm run mutation [-- refunds guards …]: one throw-away Postgres for all, then Stryker, one area after the other.
// The server is the tests' own; it is taken from dist, since Stryker's processes get no more than its address.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';
const AREAS = JSON.parse(readFileSync(new URL('areas.json', import.meta.url), 'utf8'));

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in AREAS));
if (unknown.length > 0) {
  process.stderr.write(`No such area: ${unknown.join(', ')}. There are ${Object.keys(AREAS).join(', ')}.\n`);
  process.exit(2);
}

const { startPostgres } = createRequire(import.meta.url)('../../dist/scripts/local/embedded-postgres.js');
const postgres = await startPostgres({ durable: false });
let stryker;
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopped = true;
    stryker?.kill(signal);
  });
}

let failed = 0;
for (const area of wanted.length > 0 ? wanted : Object.keys(AREAS)) {
  if (isStopped) break;
  stryker = spawn(process.execPath, [STRYKER, 'run'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      MUTATION_AREA: area,
      TEST_DATABASE_URL: postgres.url,
      TEST_TEMPLATE: 'billing_template_mutation',
    },
  });
  const [code] = await once(stryker, 'exit');
  if (code !== 0) failed += 1;
}
await postgres.stop();
process.exitCode = failed > 0 || isStopped ? 1 : 0;
