import { performance } from 'node:perf_hooks';
import { ms, times } from '../row';
import type { Row } from '../row';
import { inTurns, medianRatio } from '../rounds';
import type { Served } from '../processes';
import { median } from '../statistics';

const STARTS_A_ROUND = 2;

/** From the command to the first 200 of /health: built, and on a database that is migrated already. */
export const start: Row = {
  name: 'start',
  async measure(stack, { rounds }) {
    const startsOf = (program: () => Promise<Served>) => async () => {
      const took: number[] = [];
      for (let i = 0; i < STARTS_A_ROUND; i += 1) {
        const begun = performance.now();
        const served = await program();
        took.push(performance.now() - begun);
        await served.stop();
      }
      return median(took);
    };
    const contestants = {
      ours: startsOf(() => stack.service()),
      theirs: startsOf(() =>
        stack.serve('dist/bench/peers/nest-empty.js', { NODE_ENV: 'production' }, '/health'),
      ),
    };
    await inTurns(1, contestants);
    const results = await inTurns(rounds, contestants);
    const ratio = medianRatio(results.ours, results.theirs);
    return [
      {
        path: 'start to ready',
        ours: ms(median(results.ours)),
        against: `an empty Nest application: ${ms(median(results.theirs))}`,
        result: times(ratio),
        goal: '≤ 2 ×',
        isMet: ratio <= 2,
      },
    ];
  },
};
