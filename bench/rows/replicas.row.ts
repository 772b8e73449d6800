import { load } from '../load';
import { perSecond, times } from '../row';
import type { Row } from '../row';
import { inTurns, medianRatio } from '../rounds';
import { median } from '../statistics';

const CONNECTIONS = 32;
const SERVICE = 'dist/bench/service-with-constant.js';

/** The same load on one process, and half of it on each of two. */
export const replicas: Row = {
  name: 'replicas',
  async measure(stack, { rounds, roundSeconds, warmUpSeconds }) {
    const [tenant] = await stack.newTenants(1);
    const first = await stack.service({ JOBS: 'off' }, SERVICE);
    const second = await stack.service({ JOBS: 'off' }, SERVICE);
    const get = async (url: string, connections: number, seconds: number) =>
      (
        await load({
          url: `${url}/bare`,
          connections,
          seconds,
          headers: { authorization: `Bearer ${tenant!.key}` },
        })
      ).perSecond;
    for (const { url } of [first, second]) await get(url, CONNECTIONS, warmUpSeconds);
    const results = await inTurns(rounds, {
      one: () => get(first.url, CONNECTIONS, roundSeconds),
      two: async () => {
        const both = [first, second].map(({ url }) => get(url, CONNECTIONS / 2, roundSeconds));
        return (await Promise.all(both)).reduce((sum, it) => sum + it, 0);
      },
    });
    const ratio = medianRatio(results.two, results.one);
    return [
      {
        path: 'two API processes instead of one, authenticated GET',
        ours: perSecond(median(results.two)),
        against: `one process: ${perSecond(median(results.one))}`,
        result: times(ratio),
        goal: '≥ 1.6 ×',
        isMet: ratio >= 1.6,
      },
    ];
  },
};
