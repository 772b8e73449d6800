// That the check of the deployment files can fail: a copy of them in which everything is wrong, and every fault of it
// has to be named.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkManifests, root } from './manifests.mjs';

/** Of a file: what is there, what is put in its place, and how that has to be reported. */
const FAULTS = [
  ['compose.yaml', 'read_only: true', 'read_only: sometimes', /compose\.yaml: .*read_only must be/],
  [
    'compose.yaml',
    '    SECRETS_KEY: ${SECRETS_KEY:?}\n',
    '',
    /compose\.yaml, api: would not start: SECRETS_KEY/,
  ],
  [
    'compose.yaml',
    '${OPERATOR_TOKEN:?}',
    '0123456789',
    /compose\.yaml, worker: the secret OPERATOR_TOKEN is/,
  ],
  ['compose.yaml', 'LOG_LEVEL:', 'LOG_LEVLE:', /the service has no setting LOG_LEVLE/],
  ['deploy/kubernetes/api.yaml', 'minAvailable: 1', 'minAvialable: 1', /"minAvialable"' does not exist/],
  ['deploy/kubernetes/api.yaml', 'replicas: 2', 'replicas: two', /api\.yaml, Deployment .*replicas/],
  [
    'deploy/kubernetes/api.yaml',
    'targetPort: http',
    'targetPort: web',
    /Service autoposting-billing: no port web/,
  ],
  ['deploy/kubernetes/api.yaml', /(kind: Deployment\n +name: )\S+-api/, '$1nobody', /scales nobody, which/],
  [
    'deploy/kubernetes/api.yaml',
    'readOnlyRootFilesystem: true',
    'readOnlyRootFilesystem: false',
    /api may write/,
  ],
  ['deploy/kubernetes/worker.yaml', 'runAsNonRoot: true', 'runAsNonRoot: false', /may run as root/],
  ['deploy/kubernetes/worker.yaml', 'readinessProbe:', 'startupProbe2:', /worker has no readinessProbe/],
  ['deploy/kubernetes/worker.yaml', / +- name: API_KEY_PEPPER\n.*\n/, '', /would not start: API_KEY_PEPPER/],
  [
    'deploy/kubernetes/worker.yaml',
    /(policy\/v1[\s\S]*component: )worker/,
    '$1wroker',
    /Budget .* selects nothing/,
  ],
  ['deploy/kubernetes/settings.yaml', 'PLANS_FILE: /etc', 'PLAN_FILE: /etc', /would not start: PLANS_FILE/],
  ['deploy/kubernetes/settings.yaml', "'60'", 'hourly', /would not start: RECONCILE_EVERY_MINUTES/],
];

test('every fault of the deployment files is named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'autoposting-billing-manifests-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const path of ['compose.yaml', 'deploy/kubernetes'])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const [path, sound, broken] of FAULTS) {
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    assert.ok(text.replace(sound, broken) !== text, `${path} has no ${sound} to break`);
    writeFileSync(file, text.replace(sound, broken));
  }
  writeFileSync(join(folder, 'deploy/kubernetes/forgotten.yaml'), 'apiVersion: v1\nkind: ConfigMap\n');
  const { problems } = await checkManifests(folder);
  const all = [...FAULTS.map(([, , , report]) => report), /forgotten\.yaml is not in kustomization/];
  const unnamed = all.filter((report) => !problems.some((problem) => report.test(problem)));
  assert.deepEqual(unnamed, [], `Not named among:\n${problems.join('\n')}`);
});
