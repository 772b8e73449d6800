import { RefundsService } from '../../src/billing/refunds/refunds.service';
import { Metrics } from '../../src/watch/metrics';
import type { Fault, SandboxRefund } from './sandbox-control';
import { FEE } from './still-service';
import type { StillService } from './still-service';

/** A setup fee that is owed. */
export interface Debt {
  id: string;
  orgId: string;
  paymentId: string;
}

/** When the bank is done is for the test to say. */
export async function letTheBankWait({ sandbox }: StillService): Promise<void> {
  await sandbox.clearFaults();
  await sandbox.behave({
    refundOutcome: 'stuck_pending',
    taxRatePercent: 0,
    grantTrial: true,
    lineItems: 'current',
  });
}

/** What one can do to a refund, one step at a time, and see of it. */
export function refundSteps(service: StillService) {
  async function owe(): Promise<Debt> {
    const caller = await service.newOrg();
    const { payment_id: paymentId } = await service.buy(caller);
    await service.tell('payment.succeeded', paymentId);
    const [{ id }] = await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
    return { id, orgId: caller.orgId, paymentId };
  }

  /** One that has been asked for, and is in this state at Dodo. */
  async function ask(outcome: 'stuck_pending' | 'review' = 'stuck_pending'): Promise<Debt> {
    const debt = await owe();
    await service.sandbox.behave({ refundOutcome: outcome });
    await drive(debt);
    return debt;
  }

  /** Without the jobs that were planned until now: only what follows is looked at. */
  async function drive({ id }: Debt, tries?: number): Promise<void> {
    await service.takeJobs('refund.drive');
    await service.run('refund.drive', { refundId: id, ...(tries !== undefined && { tries }) });
  }

  const driveNow = ({ id }: Debt, atOnce = false) => service.get(RefundsService).driveNow(id, atOnce);

  async function row({ id }: Debt): Promise<Record<string, any>> {
    return (await service.query('SELECT * FROM refunds WHERE id = $1', [id]))[0];
  }

  const change = ({ id }: Debt, to: string, ...values: unknown[]) =>
    service.query(`UPDATE refunds SET ${to} WHERE id = $1`, [id, ...values]);

  const atDodo = ({ paymentId }: Debt): Promise<SandboxRefund[]> => service.sandbox.refundsOf(paymentId);

  const settle = async (debt: Debt, status: 'succeeded' | 'failed') => {
    const last = (await atDodo(debt)).at(-1)!.refund_id;
    await service.sandbox.call('POST', `/_sandbox/refunds/${last}/settle`, { status });
    return last;
  };

  /** As a person does in Dodo's dashboard. */
  const refundByHand = ({ paymentId }: Debt, items: object[] | null = [{ item_id: FEE }]) =>
    service.sandbox.call<SandboxRefund>('POST', '/refunds', { payment_id: paymentId, items });

  const fails = (fault: Partial<Fault>) =>
    service.sandbox.fault({ method: 'POST', path: '/refunds', kind: 'error_before', ...fault });

  const looks = () => service.takeJobs('refund.drive');

  const inSeconds = (seconds: number) => service.clock.secondsFromNow(seconds);

  const told = async ({ id }: Debt): Promise<string[]> =>
    (
      await service.query(`SELECT event FROM outbound_events WHERE cause LIKE '%' || $1 ORDER BY event`, [id])
    ).map(({ event }: { event: string }) => event);

  async function changesCounted(state: string): Promise<number> {
    const { body } = await service.get(Metrics).text();
    const line = new RegExp(`^billing_refund_changes_total\\{state="${state}"\\} (\\d+)$`, 'm');
    return Number(line.exec(body)?.[1] ?? 0);
  }

  return {
    owe,
    ask,
    drive,
    driveNow,
    row,
    change,
    atDodo,
    settle,
    refundByHand,
    fails,
    looks,
    inSeconds,
    told,
    changesCounted,
  };
}
