// `npm run rehearse`: a backup, things happening at Dodo after it, the loss of everything, a restore and a
// reconciliation. At the end the service must have what Dodo has. Ends with 1 when it has not.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../local/demo-checks';
import { print, red } from '../local/terminal';
import { compare } from './comparison';
import { inWords, reconcileAgain, serveAgain } from './recovery';
import type { ReconciliationReport } from './service';
import { setStage, type Stage } from './stage';
import { Story } from './story';

async function rehearse(stage: Stage): Promise<void> {
  const story = new Story(stage);
  await step('Life before the backup', () => story.beforeTheBackup());
  const dump = join(stage.folder, 'billing.dump');
  await step('Backup', async () => {
    await stage.tools.dump(stage.databaseUrl(), dump);
    return `${await stage.tools.version()}, ${Math.ceil(statSync(dump).size / 1024)} kB`;
  });
  const atDump = await story.noteWhereThingsStand();
  await step('Life after the backup', () => story.afterTheBackup());
  await step('Everything is lost', () => story.loseEverything());
  await step('Restore into an empty database', async () => {
    await stage.tools.restore(dump, stage.databaseUrl());
    return 'as it was when the backup was made';
  });
  const reports: ReconciliationReport[] = [];
  await step('cli reconcile --full', async () => {
    reports.push(await stage.service.reconcile(stage.databaseUrl()));
    return inWords(reports[0]!);
  });
  await step('It serves again', () => serveAgain(stage));
  await step('A second reconciliation finds nothing', async () => {
    reports.push(await reconcileAgain(stage));
    return inWords(reports[1]!);
  });
  await step('What it has is what Dodo has', async () => {
    const findings = await compare(stage, story, atDump, { first: reports[0]!, second: reports[1]! });
    const { violations, compared } = findings;
    if (violations.length === 0) return `${compared} things compared, all equal`;
    const lines = violations.map(({ law, orgId, what }) => `${law} (${orgId ?? 'nobody'}): ${what}`);
    throw new Error(`${violations.length} of ${compared} things differ:\n${lines.join('\n')}`);
  });
}

async function main(): Promise<number> {
  const stage = await setStage();
  try {
    await rehearse(stage);
    return 0;
  } catch (error) {
    print(red((error as Error).message));
    stage.keepFolder();
    print(`The logs are in ${stage.folder}`);
    return 1;
  } finally {
    await stage.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
