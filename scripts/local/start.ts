// `npm start`: the service with a Postgres and a Dodo sandbox of its own.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { refuseArguments } from './no-arguments';
import { projectRoot } from './project';
import { portFrom, settingsForCommands, writePrivate } from './settings';
import { startStack, type Stack } from './stack';
import { bold, cyan, dim, green, print, red } from './terminal';

const STATE_DIR = join(projectRoot, '.local');
/** For `npm run cli`, which needs the settings of the service that runs. */
const SETTINGS_FILE = join(STATE_DIR, 'env');

async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const asked = new Promise<null>((resolve) =>
    stopping.signal.addEventListener('abort', () => resolve(null)),
  );

  const stack = await start(stopping.signal);
  if (!stack) return 0;
  writePrivate(SETTINGS_FILE, settingsForCommands(stack.env));
  printWelcome(stack);

  const failure = await Promise.race([asked, stack.failed]);
  print(failure === null ? dim('\nStopping …') : red(`\n${failure} Stopping the rest …`));
  await stack.stop();
  rmSync(SETTINGS_FILE, { force: true });
  return failure === null ? 0 : 1;
}

async function start(signal: AbortSignal): Promise<Stack | null> {
  try {
    return await startStack({
      stateDir: STATE_DIR,
      servicePort: portFrom(process.env, 'PORT', 3000),
      sandboxPort: portFrom(process.env, 'SANDBOX_PORT', 4010),
      env: process.env,
      onProgress: (what) => print(dim(`${what} …`)),
      signal,
    });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

function printWelcome(stack: Stack): void {
  const { serviceUrl, sandboxUrl, demo, logs } = stack;
  print(`
${green('Ready.')}

  Service        ${cyan(serviceUrl)}
  Swagger UI     ${cyan(`${serviceUrl}/docs`)}
  Console        ${cyan(`${serviceUrl}/console`)}, with the operator token ${bold(stack.env.OPERATOR_TOKEN ?? '')}${sandboxUrl ? `\n  Dodo sandbox   ${cyan(sandboxUrl)}` : ''}
  Demo API key   ${bold(demo.key)}

${bold('1. Ask for a checkout')}

${checkoutCommand(serviceUrl, demo.key)}

${bold('2. Open the checkoutUrl of the answer in a browser and pay')}${sandboxUrl ? ' with a test card of that page' : ''}.

${bold('3. See the trial, and the setup fee given back')}

curl -s ${serviceUrl}/billing/status -H 'x-api-key: ${demo.key}'
${sandboxUrl ? clockHint(sandboxUrl) : ''}
${dim(`Logs: ${Object.values(logs).join('  ')}`)}
${dim('Ctrl-C stops everything; the data is kept in .local/.')}`);
}

function checkoutCommand(serviceUrl: string, key: string): string {
  const body = { planId: 'plan_pro', successUrl: `${serviceUrl}/docs`, cancelUrl: `${serviceUrl}/docs` };
  return `curl -s -X POST ${serviceUrl}/billing/checkout \\
  -H 'x-api-key: ${key}' \\
  -H 'content-type: application/json' \\
  -d '${JSON.stringify(body)}'`;
}

const clockHint = (sandboxUrl: string): string => `
${dim(`What Dodo has on its books: ${sandboxUrl} (as JSON: ${sandboxUrl}/_sandbox/state)`)}

${bold('4. Let the trial end: the plan is charged')}

curl -s -X POST ${sandboxUrl}/_sandbox/clock \\
  -H 'content-type: application/json' \\
  -d '{"advance":"4d"}'
`;

refuseArguments(
  `npm start: the service with a Postgres and a Dodo sandbox of its own, until Ctrl-C.
Settings: PORT (3000), SANDBOX_PORT (4010), and those of the service.`,
);
main().then(
  (code) => process.exit(code),
  (error: Error) => {
    print(red(error.message));
    process.exit(1);
  },
);
