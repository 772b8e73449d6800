import { Life } from './life';
import type { Stage } from './stage';
import type { Options } from './options';
import { SeededRandom } from './seeded-random';
import { Weather } from './weather';
import type { World } from './world';

/** For the first strikes, should the machine be so slow that they have not been yet. */
const PATIENCE_MS = 90_000;

/** Lives one after the other in so many places at once, days that pass, and weather, until enough was delivered. */
export async function storm(world: World, options: Options, signal: AbortSignal): Promise<void> {
  const { seed, deliveries, orgs, minutes } = options;
  const deadline = Date.now() + minutes * 60_000;
  const chanceOf = (name: string): SeededRandom => SeededRandom.of(seed, name);
  const weather = new Weather(world, chanceOf);
  const isEnough = (): boolean => world.deliveries.total >= deliveries || Date.now() > deadline;
  const isOver = (): boolean =>
    signal.aborted || (isEnough() && (weather.hasStruck || Date.now() > deadline + PATIENCE_MS));
  const { service, sandbox, time, diary, receivers, spent, operatorToken } = world;
  const stage: Stage = { service, sandbox, time, diary, receivers, spent, operatorToken, isOver };
  let born = 0;
  const place = async (): Promise<void> => {
    while (!isOver()) {
      const name = `org-${(born += 1)}`;
      await new Life(stage, chanceOf(name), name).live();
    }
  };
  await Promise.all([time.pass(orgs, isOver), weather.storm(isOver), ...Array.from({ length: orgs }, place)]);
}
