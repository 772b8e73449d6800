import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Script } from 'node:vm';
import type { Report } from '../../scripts/faults/report';
import { SABOTAGES, brokenFiles } from '../../scripts/faults/sabotage';
import { ServiceDatabase } from '../../scripts/faults/service-database';
import { StillService } from '../support/still-service';

const PROGRAM = join(__dirname, '..', '..', 'dist', 'scripts', 'faults', 'main.js');
const run = promisify(execFile);

// Bounded by its own options; what is added here is for a machine that is busy with something else.
jest.setTimeout(300_000);

describe('All laws, under fire', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billing-faults-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('hold for organizations that live while everything around the service fails', async () => {
    const json = join(folder, 'report.json');
    const options = { seed: 1, deliveries: 1_000, orgs: 16, minutes: 0.4, json };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    // On a violation it ends with 1, and what it printed is part of this test's failure.
    const { stdout } = await run(process.execPath, [PROGRAM, ...words]);
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.violations).toEqual([]);
    expect(stdout).toContain('violations: 0');
    const did = {
      orgs: report.orgs,
      kills: report.kills,
      'crashes of Postgres': report.restarts,
      deliveries: report.deliveries,
      comparisons: report.compared,
      payments: report.told['payment.succeeded'] ?? 0,
      refunds: report.told['refund.succeeded'] ?? 0,
      'events for customers': report.outbound.deliveries,
      'faults at Dodo': Object.keys(report.faults).filter((kind) => kind.startsWith('Dodo: ')).length,
      'kinds of steps': Object.values(report.steps).filter(({ done }) => done > 0).length,
    };
    expect(Object.entries(did).filter(([, times]) => times < 1)).toEqual([]);
    expect(did['kinds of steps']).toBeGreaterThan(2);
  });

  it('know which fees wait for their refund: for those, the time of Dodo stands', async () => {
    const service = await StillService.start();
    const database = new ServiceDatabase(service.database.url);
    try {
      const { payment_id } = await service.buy(await service.newOrg());
      await service.tell('payment.succeeded', payment_id);
      expect(await database.findUnrefunded([payment_id])).toEqual([payment_id]);
      const [job] = await service.takeJobs('refund.drive');
      await service.run('refund.drive', job!.payload);
      expect(await database.findUnrefunded([payment_id, 'pay_unknown'])).toEqual(['pay_unknown']);
    } finally {
      await database.close();
      await service.stop();
    }
  });

  it.each(Object.entries(SABOTAGES))('can be broken on purpose: %s', (_, sabotage) => {
    for (const code of brokenFiles(sabotage).values()) expect(() => new Script(code)).not.toThrow();
  });

  it.each([
    [['--deliveries', 'many'], /--deliveries must be a whole number from 1 to 10000000, not "many"/],
    [['--seed', '-1'], /--seed/],
    [['--sabotage', 'coffee'], /--sabotage must be one of acknowledged-early, /],
    [['--colour', 'red'], /--colour/],
  ])('explain why they are not put to the test with %j', async (words, problem) => {
    await expect(run(process.execPath, [PROGRAM, ...words])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(problem),
    });
  });
});
