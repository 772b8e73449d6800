import { Pace, atPace, keepPace } from './dodo.pace';

/** When each call may go, in milliseconds from now, without waiting for it. */
function plan(pace: Pace, calls: number): number[] {
  const waits: number[] = [];
  const { reserve } = pace as unknown as { reserve(): number };
  for (let i = 0; i < calls; i += 1) waits.push(reserve.call(pace));
  return waits;
}

describe('the pace of calls that can wait', () => {
  const waits = plan(new Pace(240), 400);
  const within = (fromMs: number, toMs: number) => waits.filter((at) => at >= fromMs && at < toMs).length;

  it('lets at most a twelfth of a minute’s calls go within a second', () => {
    for (let second = 0; second < 180; second += 1) {
      expect(within(second * 1000, (second + 1) * 1000)).toBeLessThanOrEqual(21);
    }
  });

  it('leaves a quarter of any minute’s calls to others, from the first minute on', () => {
    for (let second = 0; second < 150; second += 1) {
      expect(within(second * 1000, second * 1000 + 60_000)).toBeLessThanOrEqual(180);
    }
  });

  it('goes on at half of the limit', () => {
    expect(within(60_000, 120_000)).toBeGreaterThanOrEqual(115);
    expect(within(60_000, 120_000)).toBeLessThanOrEqual(125);
  });

  it('holds for what is called within, and for nothing else', async () => {
    const pace = new Pace(240);
    const take = jest.spyOn(pace, 'take');
    await Promise.all([atPace(pace, async () => keepPace()), keepPace()]);
    expect(take).toHaveBeenCalledTimes(1);
  });
});
