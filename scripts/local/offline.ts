// `npm run offline -- command`: the service, a sandbox and a Postgres that nothing is kept of, and your command in the
// folder that you are in, with all it needs to know in its environment. Ends with the command, and as it ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from './project';
import { startStack, type Stack } from './stack';
import { dim, red } from './terminal';

/** What a command is told. Guides and tests use these names. */
export function offlineEnvironment({ serviceUrl, sandboxUrl, demo, env }: Stack): Record<string, string> {
  return {
    BILLING_URL: serviceUrl,
    BILLING_API_KEY: demo.key,
    BILLING_OPERATOR_TOKEN: env.OPERATOR_TOKEN ?? '',
    SANDBOX_URL: sandboxUrl ?? '',
    BILLING_REPO: projectRoot,
  };
}

async function main(command: string[]): Promise<number> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('Say what to run: npm run offline -- node --test');
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const stack = await startStack({
    stateDir: null,
    servicePort: 0,
    sandboxPort: 0,
    env: withoutDodo(process.env),
    // What the command prints is its own: this goes beside it.
    onProgress: (what) => void process.stderr.write(dim(`${what} …\n`)),
    signal: stopping.signal,
  });
  try {
    return await run(program, args, stack, stopping.signal);
  } finally {
    await stack.stop();
  }
}

async function run(program: string, args: string[], stack: Stack, signal: AbortSignal): Promise<number> {
  const child = spawn(program, args, {
    stdio: 'inherit',
    // npm has gone to the project's folder; the command belongs where npm was called.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: { ...process.env, ...offlineEnvironment(stack) },
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const ended = once(child, 'exit').then(
    ([code]) => (code as number | null) ?? 1,
    (error: NodeJS.ErrnoException) => {
      throw new Error(notRun(program, error));
    },
  );
  const outcome = await Promise.race([ended, stack.failed]);
  if (typeof outcome === 'number') return outcome;
  process.stderr.write(red(`${outcome}\n`));
  child.kill('SIGTERM');
  return 1;
}

/** Scripts of npm are not on the path, and a line for a shell is no program. */
function notRun(program: string, { code, message }: NodeJS.ErrnoException): string {
  if (code !== 'ENOENT') return `${program} could not be run: ${message}`;
  return (
    `There is no program "${program}". A script of a package.json is run by \`npm run offline -- npm run …\`, ` +
    "a line for the shell by `npm run offline -- sh -c '…'`."
  );
}

/** It is offline, whatever account this machine has been told of. */
function withoutDodo(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(DODO_|DATABASE_URL$|PLANS_FILE$|GLOBAL_PREFIX$)/.test(name)),
  );
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error: Error) => {
      process.stderr.write(red(`${error.message}\n`));
      process.exit(1);
    },
  );
}
