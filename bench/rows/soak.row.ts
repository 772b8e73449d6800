import { load } from '../load';
import type { Row } from '../row';
import { median } from '../statistics';
import { webhookBody } from '../webhook-body';

const MINUTES = 10;
const QUICK_SECONDS = 6;
const STEP_SECONDS = 10;
/** Requests a second of each kind: a load that can go on for ever. */
const RATE = 200;
const MAX_GROWTH = 1.1;

/** Whether memory settles: the last third of the time beside the middle one, since caches fill in the first. */
export const soak: Row = {
  name: 'soak',
  isExtra: true,
  async measure(stack, { isQuick }) {
    const [tenant] = await stack.newTenants(1);
    const service = await stack.service({ JOBS: 'off' });
    const seconds = isQuick ? QUICK_SECONDS : MINUTES * 60;
    const common = { connections: 8, seconds, rate: RATE };
    const samples: number[] = [];
    const timer = setInterval(() => samples.push(service.residentMiB), (isQuick ? 1 : STEP_SECONDS) * 1_000);
    try {
      await Promise.all([
        load({
          ...common,
          url: `${service.url}/billing/credits`,
          headers: { authorization: `Bearer ${tenant!.key}` },
        }),
        // In parts, since signatures are made ahead and grow old.
        inParts(seconds, (part) =>
          load({
            ...common,
            seconds: part,
            url: `${service.url}/webhooks/dodo`,
            method: 'POST',
            body: webhookBody(),
            webhookSecret: stack.webhookSecret,
          }),
        ),
      ]);
    } finally {
      clearInterval(timer);
    }
    const third = Math.floor(samples.length / 3);
    const [middle, last] = [median(samples.slice(third, 2 * third)), median(samples.slice(2 * third))];
    return [
      {
        path: `memory of an API process over ${isQuick ? `${seconds} s` : `${MINUTES} min`}, ${2 * RATE} requests/s`,
        ours: `${last.toFixed(0)} MiB in the last third`,
        against: `itself in the middle third: ${middle.toFixed(0)} MiB`,
        result: `${(last / middle).toFixed(2)} ×`,
        goal: 'no growth',
        isMet: last / middle <= MAX_GROWTH,
      },
    ];
  },
};

async function inParts(seconds: number, run: (seconds: number) => Promise<unknown>): Promise<void> {
  const PART_SECONDS = 60;
  for (let left = seconds; left > 0; left -= PART_SECONDS) await run(Math.min(left, PART_SECONDS));
}
