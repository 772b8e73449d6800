// Replays the Dockerfile in empty folders, for machines without a Docker engine, and then lives in what comes out:
// as a user without rights, on files that can't be written. An instruction that can't be replayed is an error, so
// that nothing is passed over. What it can't know: the base image's own packages.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import dockerignore from '@balena/dockerignore';
import { DockerfileParser } from 'dockerfile-ast';
import { NODE_BIN, NOBODY, check, endAll, live } from './image-life.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

const ignored = dockerignore().add(readFileSync(join(root, '.dockerignore'), 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'autoposting-billing-image-'));
// Steps after USER have to find their way in.
chmodSync(work, 0o755);

/** @returns the last stage: its folder, environment, command and health check */
function replay() {
  const dockerfile = DockerfileParser.parse(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const stages = new Map();
  let stage = null;
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword();
    const args = instruction.getArgumentsContent() ?? '';
    if (keyword === 'FROM') {
      const name = instruction.getBuildStage() ?? 'image';
      stage = { root: join(work, name), workdir: '/', env: {}, base: instruction.getImage() };
      mkdirSync(stage.root);
      stages.set(name, stage);
      checkBase(stage.base);
      continue;
    }
    const step = STEPS[keyword];
    if (!step) throw new Error(`✖ ${keyword} can't be replayed: teach this script how`);
    console.log(`  ${keyword} ${args.replaceAll(/\s+/g, ' ').slice(0, 100)}`);
    step(stage, args, instruction, stages);
  }
  return stage;
}

const STEPS = {
  WORKDIR(stage, path) {
    stage.workdir = posix.resolve(stage.workdir, path);
    mkdirSync(inStage(stage, stage.workdir), { recursive: true });
  },
  ENV(stage, _, instruction) {
    for (const property of instruction.getProperties()) stage.env[property.getName()] = property.getValue();
  },
  COPY(stage, _, instruction, stages) {
    const from = instruction
      .getFlags()
      .find((flag) => flag.getName() === 'from')
      ?.getValue();
    const paths = instruction
      .getArguments()
      .map((argument) => argument.getValue())
      .filter((path) => !path.startsWith('--'));
    const target = inStage(stage, posix.resolve(stage.workdir, paths.at(-1)));
    for (const source of paths.slice(0, -1)) copy(source, target, paths, from && stages.get(from));
  },
  RUN(stage, command) {
    execFileSync('/bin/sh', ['-c', command], {
      cwd: inStage(stage, stage.workdir),
      env: environmentOf(stage.env),
      stdio: ['ignore', 'ignore', 'inherit'],
      ...(stage.user === 'node' && NOBODY),
    });
  },
  USER(stage, user) {
    stage.user = user;
  },
  EXPOSE() {},
  HEALTHCHECK(stage, args) {
    stage.health = /CMD\s+([\s\S]+)$/.exec(args)[1].replaceAll('\\\n', ' ');
  },
  CMD(stage, args) {
    stage.command = JSON.parse(args);
  },
};

function copy(source, target, paths, stage) {
  const at = stage ? inStage(stage, source) : join(root, source);
  if (!existsSync(at)) throw new Error(`✖ COPY ${source}: it is not there`);
  const isDirectory = lstatSync(at).isDirectory();
  const into = isDirectory || paths.length === 2 ? target : join(target, source);
  if (stage) return cpSync(at, into, { recursive: true, verbatimSymlinks: true });
  const filter = (file) => lstatSync(file).isDirectory() || !ignored.ignores(relative(root, file));
  if (!isDirectory && !filter(at)) throw new Error(`✖ COPY ${source}: .dockerignore keeps it out`);
  cpSync(at, into, { recursive: true, filter });
}

function inStage(stage, path) {
  return join(stage.root, path);
}

function checkBase(base) {
  const version = execFileSync(join(NODE_BIN, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  const major = /^node:(\d+)/.exec(base)?.[1];
  check(`the base image ${base} is replayed by Node ${version}`, version.startsWith(`v${major}.`));
}

/** Building needs what this machine needs to reach the registry. */
function environmentOf(env) {
  return { ...process.env, PATH: `${NODE_BIN}:${process.env.PATH}`, ...env };
}

function checkContents(image) {
  const app = inStage(image, image.workdir);
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const extra = Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && (dev || optional))
    .filter(([path]) => existsSync(join(app, path)))
    .map(([path]) => path);
  check('only production packages are in it', extra.length === 0, extra.join('\n'));
  for (const name of ['sandbox', 'scripts', 'test']) {
    check(`no ${name} is in it`, !existsSync(join(app, name)) && !existsSync(join(app, 'dist', name)));
  }
  const specs = readdirSync(app, { recursive: true }).filter(
    (file) => !/node_modules/.test(file) && /spec\./.test(file),
  );
  check('no spec is in it', specs.length === 0, specs.join('\n'));
  check('it runs as a user without rights', image.user === 'node');
  const compiled = readdirSync(join(app, 'dist', 'compiled'), { recursive: true });
  check(`what it loads is compiled: ${compiled.length} files`, compiled.length > 3);
  const size = execFileSync('du', ['-sm', app], { encoding: 'utf8' }).split('\t')[0];
  console.log(`  ${size} MB beside the base image`);
}

try {
  const image = replay();
  checkContents(image);
  execFileSync('chmod', ['-R', 'a+rX,a-w', work]);
  await live(image);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  endAll();
  if (existsSync(work)) execFileSync('chmod', ['-R', 'u+w', work]);
  rmSync(work, { recursive: true, force: true });
}
