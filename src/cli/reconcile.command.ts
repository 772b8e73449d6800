import type { INestApplicationContext } from '@nestjs/common';
import { operatorAtTerminal } from '../auth/operator';
import type { ReconciliationDetail } from '../billing/reconciliation/reconciliation.dto';
import { ReconciliationRunner } from '../billing/reconciliation/reconciliation-runner';
import { tellTerminal } from './tell-terminal';

/** A script that goes on after it must not take a comparison that Dodo broke off for one that was made. */
export async function reconcile(
  app: INestApplicationContext,
  isFull: boolean,
): Promise<ReconciliationDetail> {
  const report = await app.get(ReconciliationRunner).run(isFull, operatorAtTerminal(), tellTerminal);
  if (report.status !== 'completed') {
    process.stderr.write(
      `Dodo did not answer for too long, so ${report.id} is not at its end. A running service goes on with it, or this ` +
        'command does when it is run again.\n',
    );
    process.exitCode = 1;
  }
  return report;
}
