// What a deployment gives the service as settings, by the service's own word: its start is asked whether it would
// begin with them in live mode.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { loadConfig } = require(join(root, 'dist/src/config.js'));

const { loadPlanCatalogue } = require(join(root, 'dist/src/billing/plans/plan-catalogue.js'));

/** Files in which settings are declared, one on a line of two spaces. */
const DECLARED_IN = ['src/config.ts', 'src/watch/watch.config.ts'];

/** Neither may be written down in a file of the project. */
const SECRETS = new Set([
  'DATABASE_URL',
  'DODO_PAYMENTS_API_KEY',
  'DODO_PAYMENTS_WEBHOOK_KEY',
  'API_KEY_PEPPER',
  'SECRETS_KEY',
  'OPERATOR_TOKEN',
  'REDIS_URL',
]);

/** What an operator would write in the place of a reference. */
const EXAMPLES = {
  DATABASE_URL: 'postgres://billing:secret@postgres:5432/billing',
  DODO_PAYMENTS_WEBHOOK_KEY: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  REDIS_URL: 'redis://redis:6379',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
};
const exampleOf = (name) => EXAMPLES[name] ?? 'x'.repeat(32);

export function settingsProblems(compose, manifests) {
  const services = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
  const deployments = manifests.filter(({ object }) => object.kind === 'Deployment');
  loadPlanCatalogue(join(root, 'plans.example.json'), 'pdt_setup_fee');
  return [
    ...services.flatMap(([name, { environment }]) =>
      problemsOf(`compose.yaml, ${name}`, Object.entries(environment ?? {}).map(composeSetting)),
    ),
    ...deployments.flatMap(({ file, object }) =>
      object.spec.template.spec.containers.flatMap((container) =>
        problemsOf(`${file}, ${container.name}`, kubernetesSettings(container, manifests)),
      ),
    ),
  ];
}

/** `${NAME…}` is a reference; what follows ":-" in it is a default, which may be empty. */
function composeSetting([name, text]) {
  const isReference = /\$\{/.test(text);
  const value = String(text).replaceAll(
    /\$\{(\w+)(?::-([^}]*)|[^}]*)\}/g,
    (_, of, usual) => usual ?? exampleOf(of),
  );
  return { name, value, isReference };
}

function kubernetesSettings({ env = [], envFrom = [] }, manifests) {
  const maps = envFrom.map(({ configMapRef }) => configMapRef?.name);
  const settings = manifests
    .filter(({ object }) => object.kind === 'ConfigMap' && maps.includes(object.metadata.name))
    .flatMap(({ object }) => Object.entries(object.data).map(([name, value]) => ({ name, value })));
  const own = env.map(({ name, value, valueFrom }) => ({
    name,
    value: value ?? exampleOf(name),
    isReference: valueFrom?.secretKeyRef !== undefined,
  }));
  return [...settings, ...own];
}

function problemsOf(where, settings) {
  const known = new Set(
    DECLARED_IN.flatMap((file) =>
      readFileSync(join(root, file), 'utf8').match(/^ {2}[A-Z][A-Z0-9_]+(?=: )/gm),
    ).map((name) => name.trim()),
  );
  const unknown = settings.filter(({ name }) => !known.has(name));
  const plain = settings.filter(({ name, isReference }) => SECRETS.has(name) && !isReference);
  return [
    ...unknown.map(({ name }) => `${where}: the service has no setting ${name}`),
    ...plain.map(({ name }) => `${where}: the secret ${name} is written down`),
    ...refusals(settings).map((problem) => `${where}: would not start: ${problem}`),
  ];
}

function refusals(settings) {
  const given = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  try {
    loadConfig({ ...given, DODO_PAYMENTS_ENVIRONMENT: 'live_mode' });
    return [];
  } catch (error) {
    return error.problems ?? [error.message];
  }
}
