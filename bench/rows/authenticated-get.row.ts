import { load } from '../load';
import type { Served } from '../processes';
import { forComparison, perSecond, times } from '../row';
import type { Line, Row } from '../row';
import { inTurns, medianRatio } from '../rounds';
import { median } from '../statistics';

const CONNECTIONS = 32;

interface Measured {
  perSecond: number;
  /** Microseconds on a core for each answer, which other programs on the machine hardly change. */
  cpu: number;
}

/** What the key, the scope, the limit, the gate and the envelope cost around one and the same small answer. */
export const authenticatedGet: Row = {
  name: 'get',
  async measure(stack, effort) {
    const [tenant] = await stack.newTenants(1);
    const service = await stack.service({ JOBS: 'off' }, 'dist/bench/service-with-constant.js');
    const nest = await stack.serve('dist/bench/peers/nest-bare.js', { NODE_ENV: 'production' }, '/bare');
    const fastify = await stack.serve(
      'dist/bench/peers/fastify-bare.js',
      { NODE_ENV: 'production' },
      '/bare',
    );
    const passport = await stack.serve(
      'dist/bench/peers/nest-passport.js',
      { NODE_ENV: 'production', KEY: tenant!.key },
      '/ready',
    );
    const headers = { authorization: `Bearer ${tenant!.key}` };
    const get = (url: string, seconds: number) =>
      load({ url: `${url}/bare`, connections: CONNECTIONS, seconds, headers });
    for (const { url } of [service, nest, fastify, passport]) await get(url, effort.warmUpSeconds);
    const measured = (served: Served) => async () => {
      const before = served.cpuMicros;
      const result = await get(served.url, effort.roundSeconds);
      return { perSecond: result.perSecond, cpu: (served.cpuMicros - before) / result.answers };
    };
    const results = await inTurns(effort.rounds, {
      ours: measured(service),
      nest: measured(nest),
      fastify: measured(fastify),
      passport: measured(passport),
    });
    const show = (all: Measured[]) =>
      `${perSecond(median(all.map((it) => it.perSecond)))}, ${median(all.map((it) => it.cpu)).toFixed(0)} µs CPU`;
    const ratioOf = (these: Measured[], those: Measured[]) =>
      medianRatio(
        these.map((it) => it.perSecond),
        those.map((it) => it.perSecond),
      );
    const line = (name: string, theirs: Measured[], goal: number): Line => {
      const ratio = ratioOf(results.ours, theirs);
      return {
        path: 'authenticated GET (key, scope, rate limit, gate, envelope)',
        ours: `${show(results.ours)}, ${service.residentMiB.toFixed(0)} MiB`,
        against: `${name}: ${show(theirs)}`,
        result: times(ratio),
        goal: `≥ ${goal} ×`,
        isMet: ratio >= goal,
      };
    };
    return [
      line('bare route on Nest with Fastify', results.nest, 0.85),
      line('bare Fastify route', results.fastify, 0.65),
      forComparison(
        "bare route on Nest with `@nestjs/passport`'s guard and a hashed key, no more",
        show(results.passport),
        `bare route on Nest with Fastify: ${show(results.nest)}`,
        ratioOf(results.passport, results.nest),
      ),
    ];
  },
};
