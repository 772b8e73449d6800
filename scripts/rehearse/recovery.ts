import { settleConsumption } from '../faults/consumption';
import { never, until } from './company';
import type { ReconciliationReport } from './service';
import type { Stage } from './stage';

const BUSY = `
  SELECT EXISTS (SELECT FROM dodo_events WHERE status = 'pending')
      OR EXISTS (SELECT FROM refunds WHERE state IN ('owed', 'requested'))
      OR EXISTS (SELECT FROM graphile_worker.jobs WHERE run_at <= now() + interval '30 seconds') AS busy`;

/** Serves from the restored database, and lets customers repeat what they are not sure of. */
export async function serveAgain(stage: Stage): Promise<string> {
  await stage.sandbox.behave({ webhooks: { dropRate: 0 } });
  await stage.service.start(stage.databaseUrl());
  const known = await stage.database().rows<{ id: string }>('SELECT id FROM organizations');
  const ids = new Set(known.map(({ id }) => id));
  stage.diary.orgs.splice(0, Infinity, ...stage.diary.orgs.filter(({ id }) => ids.has(id)));
  let remembered = 0;
  for (const consumption of stage.diary.consumptions) {
    const before = consumption.entryId;
    await settleConsumption(stage.client, consumption, never);
    if (consumption.entryId === before) remembered += 1;
  }
  await until('nothing is left to do', async () => {
    const [row] = await stage.database().rows<{ busy: boolean }>(BUSY);
    return row?.busy === false;
  });
  const all = stage.diary.consumptions.length;
  return `of ${all} calls that were repeated with their keys, ${remembered} had been done before the backup and was not done again`;
}

/** Once more, while it serves: there must be nothing left to mend. */
export async function reconcileAgain(stage: Stage): Promise<ReconciliationReport> {
  const answer = await stage.client.try('POST', '/operator/reconcile', {
    operatorToken: stage.operatorToken,
    body: { full: true },
  });
  if (answer?.status !== 200) throw new Error(`The second reconciliation: ${answer?.message ?? 'no answer'}`);
  return answer.data as unknown as ReconciliationReport;
}

export function inWords(report: ReconciliationReport): string {
  const kinds = ['subscriptions', 'payments', 'refunds'] as const;
  return kinds
    .map((kind) => {
      const { looked, mended, waiting, unmatched, failed } = report[kind];
      return `${kind}: ${looked} looked at, ${mended} mended, ${waiting} waiting, ${unmatched} unmatched, ${failed} failed`;
    })
    .join('\n');
}
