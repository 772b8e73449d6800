import { TestService } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(120_000);

const OPERATOR_TOKEN = 'a token of the operator of these tests';
const DAY = 86_400;

interface Report {
  status: string;
  isFull: boolean;
  createdSince: string | null;
  payments: Record<string, number>;
  findings: { items: Record<string, unknown>[] };
}

/** Disputes come weeks after their payment, and are decided months later: no list of young payments shows them. */
describe('Law 5: disputes whose webhooks are lost heal', () => {
  let service: TestService;

  beforeEach(async () => {
    service = await TestService.start({ OPERATOR_TOKEN, DODO_REQUESTS_PER_MINUTE: '12000' });
    await service.sandbox.behave({ webhooks: { dropRate: 1 } });
  });
  afterEach(() => service.stop());

  async function operator(method: string, path: string): Promise<Report & { id: string }> {
    const answer = await service.call(method, path, { headers: { 'x-operator-token': OPERATOR_TOKEN } });
    expect(answer.status).toBe(200);
    return answer.body.data;
  }

  async function reconcile(): Promise<Report> {
    const { id } = await operator('POST', '/operator/reconcile');
    return until<Report>(
      'it has come to its end',
      async () => {
        const report = await operator('GET', `/operator/reconciliations/${id}`);
        return report.status === 'completed' && report;
      },
      60_000,
    );
  }

  /** Here and at Dodo, with a reconciliation that looks at what has happened on the way. */
  async function pass(days: number): Promise<void> {
    service.clock.advanceSeconds(days * DAY);
    await service.sandbox.advance(`${days}d`);
    await reconcile();
  }

  async function paid(): Promise<string> {
    const { payment_id: paymentId } = await service.buy(await service.newOrg());
    await reconcile();
    return paymentId;
  }

  async function disputes(paymentId: string): Promise<string[]> {
    const [row] = await service.query(
      'SELECT disputes_at_dodo AS disputes FROM payments WHERE dodo_payment_id = $1',
      [paymentId],
    );
    return row.disputes.map(({ status }: { status: string }) => status);
  }

  const about = ({ findings }: Report, paymentId: string) =>
    findings.items.filter(({ objectId }) => objectId === paymentId);

  it('that it was opened, of a payment that is older than what is listed again', async () => {
    const paymentId = await paid();
    await pass(100);
    await service.sandbox.dispute(paymentId);
    const report = await reconcile();
    const [{ at }] = await service.query(
      'SELECT dodo_created_at AS at FROM payments WHERE dodo_payment_id = $1',
      [paymentId],
    );
    expect(report.isFull).toBe(false);
    expect(new Date(report.createdSince!) > at).toBe(true);
    expect(about(report, paymentId)).toMatchObject([
      { kind: 'payment', found: 'outdated', outcome: 'mended', detail: 'dispute none → opened' },
    ]);
    expect(await disputes(paymentId)).toEqual(['opened']);
    expect(about(await reconcile(), paymentId)).toEqual([]);
  });

  it('that it was challenged, and won, of one that is older than what is listed again', async () => {
    const paymentId = await paid();
    const { dispute_id: id } = await service.sandbox.dispute(paymentId);
    await pass(100);
    expect(await disputes(paymentId)).toEqual(['opened']);
    const asked = { kind: 'payment', found: 'dispute_open', outcome: 'mended' };

    await service.sandbox.moveDispute(id, 'challenged');
    expect(about(await reconcile(), paymentId)).toMatchObject([
      { ...asked, detail: 'dispute opened → challenged' },
    ]);
    await pass(100);
    await service.sandbox.moveDispute(id, 'won');
    expect(about(await reconcile(), paymentId)).toMatchObject([
      { ...asked, detail: 'dispute challenged → won' },
    ]);
    expect(await disputes(paymentId)).toEqual(['won']);
  });

  it('and what is decided is not asked about again', async () => {
    const paymentId = await paid();
    const { dispute_id: id } = await service.sandbox.dispute(paymentId);
    await service.sandbox.moveDispute(id, 'lost');
    await reconcile();
    expect(await disputes(paymentId)).toEqual(['lost']);
    await service.untilRefund(paymentId, 'succeeded');
    await service.sandbox.fault({ method: 'GET', path: '/payments/*', kind: 'error_before', times: 9 });
    await reconcile();
    expect(await service.sandbox.hasHit('/payments/*')).toBe(false);
  });

  it('also after Dodo would not list them for a while', async () => {
    const paymentId = await paid();
    await pass(100);
    await service.sandbox.dispute(paymentId);
    const away = { status: 503, times: 2 };
    await service.sandbox.fault({ method: 'GET', path: '/disputes', kind: 'error_before', ...away });
    await reconcile();
    expect(await disputes(paymentId)).toEqual(['opened']);
  });

  it.each([403, 404])('and all else does where Dodo does not show them at all (%i)', async (status) => {
    const paymentId = await paid();
    const { dispute_id: id } = await service.sandbox.dispute(paymentId);
    await service.sandbox.fault({ method: 'GET', path: '/disputes', kind: 'error_before', status, times: 9 });
    await service.query(
      `UPDATE payments SET disputes_at_dodo = '[{"id": "dp", "status": "opened"}]'
                          WHERE dodo_payment_id = $1`,
      [paymentId],
    );
    await service.sandbox.moveDispute(id, 'won');
    await reconcile();
    expect(await disputes(paymentId)).toEqual(['won']);
  });
});
