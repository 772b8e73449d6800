import { Metrics } from '../watch/metrics';
import { watchedFetch } from './dodo.watch';

const NAME = 'billing_dodo_call_duration_seconds';

describe('what is told of a call to Dodo', () => {
  const failing = (name: string) => () => Promise.reject(Object.assign(new Error('x'), { name }));

  async function told(fetch: () => Promise<Response>, address = 'https://test.dodopayments.com/payments') {
    const metrics = new Metrics();
    const answer = await watchedFetch(metrics, fetch)(address, { method: 'post' }).catch((error) => error);
    const lines = (await metrics.text()).body.split('\n');
    const lineOf = (part: string) => lines.find((line) => line.startsWith(`${NAME}_${part}{`))!;
    return { answer, counted: lineOf('count'), seconds: Number(lineOf('sum').split('} ')[1]) };
  }

  const counted = (route: string, outcome: string) =>
    `${NAME}_count{method="POST",route="${route}",outcome="${outcome}"} 1`;

  it.each<[string, () => Promise<Response>]>([
    ['ok', () => Promise.resolve(new Response(null, { status: 204 }))],
    ['refused', () => Promise.resolve(new Response('', { status: 400 }))],
    ['refused', () => Promise.resolve(new Response('', { status: 422 }))],
    ['rate_limited', () => Promise.resolve(new Response('', { status: 429 }))],
    ['failed', () => Promise.resolve(new Response('', { status: 500 }))],
    ['timeout', failing('TimeoutError')],
    ['timeout', failing('AbortError')],
    ['no_answer', failing('TypeError')],
  ])('%s', async (outcome, fetch) => {
    const { answer, counted: line } = await told(fetch);
    expect(line).toBe(counted('/payments', outcome));
    // Whoever called gets what came of it, as it is.
    expect(answer).toBeInstanceOf(outcome === 'timeout' || outcome === 'no_answer' ? Error : Response);
  });

  it('how long it took, in seconds', async () => {
    const slow = () => new Promise<Response>((resolve) => setTimeout(resolve, 60, new Response()));
    const { seconds } = await told(slow);
    expect(seconds).toBeGreaterThan(0.05);
    expect(seconds).toBeLessThan(5);
  });

  it.each([
    ['/payments/pay_4fPq/line-items', '/payments/:id/line-items'],
    ['/customers?email=jo.doe%40example.com', '/customers'],
    ['/customers/jo@example.com', '/customers/:id'],
    ['/subscriptions/SUB/change-plan', '/subscriptions/:id/change-plan'],
  ])('where it went, without whom it was about: %s', async (path, route) => {
    const ok = () => Promise.resolve(new Response());
    const { counted: line } = await told(ok, `https://live.dodopayments.com${path}`);
    expect(line).toBe(counted(route, 'ok'));
  });
});
