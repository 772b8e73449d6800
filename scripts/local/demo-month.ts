// `npm run demo:month`: an instance with a month of life in it, to look at in the console.
import { startMonth } from './month-stack';
import type { LivedIn } from './month-stack';
import { refuseArguments } from './no-arguments';
import { portFrom } from './settings';
import { bold, cyan, dim, green, print, red } from './terminal';

async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
  const asked = new Promise<null>((resolve) =>
    stopping.signal.addEventListener('abort', () => resolve(null)),
  );
  const startedAt = performance.now();
  const lived = await start(stopping.signal);
  if (!lived) return 0;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  print(`
${green('A month has passed')} ${dim(`in ${seconds} s.`)}

  Console         ${cyan(lived.consoleUrl)}
  Operator token  ${bold(lived.operatorToken)}
  Dodo sandbox    ${cyan(lived.stack.sandboxUrl ?? '')}

${dim('Ctrl-C stops everything, and nothing is kept.')}`);
  const failure = await Promise.race([asked, lived.stack.failed]);
  if (failure !== null) print(red(`\n${failure}`));
  await lived.stop();
  return failure === null ? 0 : 1;
}

async function start(signal: AbortSignal): Promise<LivedIn | null> {
  const ports = {
    service: portFrom(process.env, 'PORT', 3000),
    sandbox: portFrom(process.env, 'SANDBOX_PORT', 4010),
  };
  try {
    return await startMonth(ports, (what) => print(dim(`${what} …`)), signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

refuseArguments(
  `npm run demo:month: plays a month, and leaves it to be looked at in the console, until Ctrl-C.
Settings: PORT (3000) and SANDBOX_PORT (4010).`,
);
main().then(
  (code) => process.exit(code),
  (error: Error) => {
    print(red(error.message));
    process.exit(1);
  },
);
