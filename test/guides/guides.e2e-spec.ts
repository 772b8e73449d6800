import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../client/src/index.ts';
import { offlineEnvironment } from '../../scripts/local/offline';
import { projectRoot } from '../../scripts/local/project';
import { startStack, type Stack } from '../../scripts/local/stack';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { freeLastingPort } from '../../scripts/local/ports';
import { isWhatIsSaid, readGuide } from './guide';
import { Shell } from './shell';

const GUIDES = join(projectRoot, 'docs', 'guides');
const BLOCK_MS = 60_000;

jest.setTimeout(300_000);

/** What the reader is asked to bring, where a guide asks for something. */
const BROUGHT: Record<string, (stack: Stack, databaseUrl: string, port: string) => NodeJS.ProcessEnv> = {
  'go-live-with-dodo.md': ({ sandboxUrl }, databaseUrl, port) => ({
    DATABASE_URL: databaseUrl,
    DODO_PAYMENTS_BASE_URL: sandboxUrl ?? '',
    DODO_PAYMENTS_API_KEY: 'sandbox',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  }),
};

describe('docs/guides: what a reader does', () => {
  let database: TestDatabase;
  let stack: Stack;
  let home: string;
  let shell: Shell | null = null;

  const guides = readdirSync(GUIDES).filter((name) => name.endsWith('.md') && name !== 'README.md');

  // One for all guides, each of which has an organization of its own: a start is what takes long.
  beforeAll(async () => {
    // Below the project, so that what a guide takes from the npm registry is found without it.
    mkdirSync(join(projectRoot, '.local'), { recursive: true });
    home = mkdtempSync(join(projectRoot, '.local', 'guides-'));
    database = await createTestDatabase();
    stack = await startStack({
      stateDir: join(home, 'stack'),
      servicePort: 0,
      sandboxPort: 0,
      env: { PATH: process.env.PATH, DATABASE_URL: database.url },
    });
  });
  afterEach(() => shell?.end());
  afterAll(async () => {
    await stack?.stop();
    await database?.drop();
    rmSync(home, { recursive: true });
  });

  async function newKey(name: string): Promise<string> {
    const operator = createClient({ baseUrl: stack.serviceUrl, operatorToken: stack.env.OPERATOR_TOKEN });
    const body = { name, email: `${name.replace('.md', '')}@example.com` };
    return (await operator.POST('/organizations', { body })).apiKey.key;
  }

  it.each(guides)('%s', async (name) => {
    const folder = join(home, name.replace('.md', ''));
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    const port = String(await freeLastingPort());
    const another = await createTestDatabase();
    const { PATH, HOME } = process.env;
    shell = new Shell(folder, {
      PATH,
      HOME,
      PORT: port,
      ...offlineEnvironment(stack),
      BILLING_API_KEY: await newKey(name),
      ...BROUGHT[name]?.(stack, another.url, port),
    });
    for (const block of readGuide(readFileSync(join(GUIDES, name), 'utf8'))) {
      if (block.kind === 'write') {
        writeFileSync(join(folder, block.file), block.text);
        continue;
      }
      const at = `${name}:${block.line}`;
      const printed = await shell.run(block.script, BLOCK_MS).catch((error: Error) => {
        throw new Error(`${at}\n${error.message}`);
      });
      const isSaid = block.prints === null || isWhatIsSaid(block.prints, printed);
      expect(isSaid ? '' : `${at} prints\n${printed}\nand is said to print\n${block.prints}`).toBe('');
    }
    await shell.end();
    await another.drop();
  });
});
