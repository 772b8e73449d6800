// `npm run client:types`: writes the client's types from the document that the service emits now.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project';
import { startStack } from './stack';

async function main(): Promise<void> {
  const stack = await startStack({ stateDir: null, servicePort: 0, sandboxPort: 0, env: process.env });
  try {
    const document = await (await fetch(`${stack.serviceUrl}/openapi.json`)).text();
    const types = execFileSync(process.execPath, [join(projectRoot, 'scripts', 'client-types.mjs')], {
      cwd: projectRoot,
      input: document,
    });
    writeFileSync(join(projectRoot, 'client', 'src', 'schema.ts'), types);
  } finally {
    await stack.stop();
  }
}

void main();
