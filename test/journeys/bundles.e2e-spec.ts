import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Deployment } from '../support/deployment';
import { TestService } from '../support/test-service';

jest.setTimeout(120_000);

/** Node's own files apart; it was 2,849 when nothing was bundled. */
const MOST_FILES = 20;

describe('A program in one file', () => {
  let deployment: Deployment;
  let url: string;
  beforeAll(async () => {
    deployment = await Deployment.create();
    url = `http://127.0.0.1:${deployment.environment.PORT}`;
    await deployment.start('main', { JOBS: 'off' });
  });
  afterAll(() => deployment.dispose());

  it('describes itself as its sources do', async () => {
    const service = await TestService.start();
    const [ours, theirs] = await Promise.all(
      [url, service.url].map(async (base) => (await fetch(`${base}/openapi.json`)).text()),
    );
    await service.stop();
    expect(ours).toBe(theirs);
  });

  it('finds the files of Swagger UI', async () => {
    const page = await (await fetch(`${url}/docs`)).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|css|png))"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await fetch(new URL(file, `${url}/docs`))).status).toBe(200);
  });

  it('says where in the TypeScript an error comes from, where source maps are wanted', async () => {
    await deployment.sql.query('ALTER TABLE migrations RENAME name TO title');
    const service = deployment.spawn('main', { NODE_OPTIONS: '--enable-source-maps' });
    expect(await service.ended()).toBe(1);
    expect(service.output).toMatch(/at async migrate \(\S+\/src\/database\/migrate\.ts:\d+:\d+\)/);
  });

  it.each(['main.js', 'worker.js', 'cli.js'])('loads little beside %s', (name) => {
    const file = join(__dirname, '..', '..', 'dist', name);
    // Without settings, and the command line without a command, it ends with everything loaded that it needs.
    const program = `
      process.once('exit', () => process.stdout.write(String(Object.keys(require.cache).length)));
      require(${JSON.stringify(file)});`;
    const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env: {} });
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(MOST_FILES);
  });
});
