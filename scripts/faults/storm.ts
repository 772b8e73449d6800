import { Life, type Stage } from './life';
import type { Options } from './options';
import { SeededRandom } from './seeded-random';
import { Weather } from './weather';
import type { World } from './world';

/** Lives one after the other in so many places at once, days that pass, and weather, until enough was delivered. */
export async function storm(world: World, options: Options, signal: AbortSignal): Promise<void> {
  const { seed, deliveries, orgs, minutes } = options;
  const deadline = Date.now() + minutes * 60_000;
  const isOver = (): boolean =>
    signal.aborted || world.deliveries.total >= deliveries || Date.now() > deadline;
  const chanceOf = (name: string): SeededRandom => SeededRandom.of(seed, name);
  const { service, sandbox, time, diary, operatorToken } = world;
  const stage: Stage = { service, sandbox, time, diary, operatorToken, isOver };
  let born = 0;
  const place = async (): Promise<void> => {
    while (!isOver()) {
      const name = `org-${(born += 1)}`;
      await new Life(stage, chanceOf(name), name).live();
    }
  };
  await Promise.all([
    time.pass(isOver),
    new Weather(world, chanceOf).storm(isOver),
    ...Array.from({ length: orgs }, place),
  ]);
}
