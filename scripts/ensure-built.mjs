// Runs before every npm script that needs packages or dist/, so that `npm start` alone serves a clean clone.
// Node built-ins only: it must work before anything is installed. Speaks on stderr, so that a program behind
// it keeps stdout to itself.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

const SOURCES = ['src', 'sandbox', 'scripts', 'client/src'];
const SOURCE_FILES = [
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'package.json',
  // What the bundles hold of others.
  'package-lock.json',
  'client/tsconfig.json',
  'client/package.json',
];
const INSTALL_STAMP = at('node_modules', '.installed-lock');
const BUILD_STAMP = at('dist', '.built-from');
const LOCK = at('.local', 'ensure-built.lock');
const LOCK_PIDS = join(LOCK, 'pids');
const LOCK_WAIT_MS = 10 * 60_000;
/** Age at which a lock without an owner's pid counts as left behind. */
const ORPHAN_LOCK_MS = 10_000;

const say = (text) => process.stderr.write(`${text}\n`);
const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null);

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  say(`Node ${major}.${minor} or newer is needed; this is Node ${process.versions.node}.`);
  process.exit(1);
}

function devDependenciesPresent() {
  const { devDependencies } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  return Object.keys(devDependencies).every((name) => existsSync(at('node_modules', name, 'package.json')));
}

function isInstalled() {
  const installed = at('node_modules', '.package-lock.json');
  if (!existsSync(installed) || !devDependenciesPresent()) return false;
  if (readIfThere(INSTALL_STAMP) === lockHash()) return true;
  if (statSync(installed).mtimeMs < statSync(at('package-lock.json')).mtimeMs) return false;
  // Somebody's own npm ci or npm install. Times change with every checkout, the content does not.
  writeFileSync(INSTALL_STAMP, lockHash());
  return true;
}

const lockHash = () => sha256(readFileSync(at('package-lock.json')));

function* filesUnder(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (!/\.(spec|e2e-spec)\.ts$/.test(entry.name)) yield path;
  }
}

// Names, sizes and times rather than "newer than": a deleted source must lead to a build as well.
function sourcesFingerprint() {
  const files = [
    ...SOURCES.flatMap((folder) => [...filesUnder(at(folder))]),
    ...SOURCE_FILES.map((f) => at(f)),
  ];
  const lines = files.filter(existsSync).map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${relative(root, file)} ${size} ${mtimeMs}`;
  });
  return sha256(lines.toSorted().join('\n'));
}

const isBuilt = () => readIfThere(BUILD_STAMP) === sourcesFingerprint();

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
    child.once('error', reject);
    // An npm that outlives a killed parent still holds the lock.
    if (child.pid) appendFileSync(LOCK_PIDS, `\n${child.pid}`);
    child.once('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`${basename(command)} ${basename(args[0])} ended with ${signal ?? code}`)),
    );
  });
}

async function install() {
  say('Installing packages (npm ci) …');
  // NODE_ENV=production would leave out the compiler.
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(INSTALL_STAMP, lockHash());
}

async function build() {
  say('Building …');
  const fingerprint = sourcesFingerprint();
  await run(process.execPath, [at('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  await run(process.execPath, [at('scripts', 'bundle.mjs')]);
  await run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('client')]);
  writeFileSync(BUILD_STAMP, fingerprint);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function lockIsLeftBehind() {
  try {
    const pids = (readIfThere(LOCK_PIDS) ?? '').split('\n').filter(Boolean);
    if (pids.length > 0) return !pids.some((pid) => isAlive(Number(pid)));
    return Date.now() - statSync(LOCK).mtimeMs > ORPHAN_LOCK_MS;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

async function tryLock() {
  try {
    mkdirSync(LOCK);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (lockIsLeftBehind()) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
  writeFileSync(LOCK_PIDS, String(process.pid));
  // Two waiters may clear the same left-behind lock; the later one's name stays in it.
  await sleep(50);
  return readIfThere(LOCK_PIDS) === String(process.pid);
}

async function withLock(work) {
  mkdirSync(dirname(LOCK), { recursive: true });
  const deadline = Date.now() + LOCK_WAIT_MS;
  let told = false;
  while (!(await tryLock())) {
    if (Date.now() > deadline)
      throw new Error(`Another install or build holds ${relative(root, LOCK)}; remove it if none runs`);
    if (!told) say('Waiting for another install or build of this project …');
    told = true;
    await sleep(200);
  }
  const release = () => rmSync(LOCK, { recursive: true, force: true });
  process.once('exit', release);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  await work();
}

async function main() {
  requireNode(20, 19);
  const packagesOnly = process.argv.includes('--packages-only');
  const isDone = () => isInstalled() && (packagesOnly || isBuilt());
  if (isDone()) return;
  await withLock(async () => {
    if (!isInstalled()) await install();
    if (!isDone()) await build();
  });
}

main().catch((error) => {
  say(error.message);
  process.exitCode = 1;
});
