// Before a bench: the peers' packages and the bench itself. The service's own packages and dist/ are there already.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../scripts/bundle.mjs';

const bench = dirname(fileURLToPath(import.meta.url));
const root = dirname(bench);
const stamp = join(bench, 'node_modules', '.installed-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(bench, 'package-lock.json')))
  .digest('hex');

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], bench);
  writeFileSync(stamp, lock);
}
run(
  process.execPath,
  [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.bench.json'],
  root,
);
// The service with one route more is bundled as the service itself is.
await bundle(join(root, 'dist'), { 'bench/service-with-constant': 'bench/peers/service-with-constant.js' });
