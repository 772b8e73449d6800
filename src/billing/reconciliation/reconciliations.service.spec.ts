import { DodoUnavailable } from '../../dodo/dodo.errors';
import { pauseSeconds } from './reconciliations.service';

it('a comparison waits for as long as Dodo asks, and else longer each time', () => {
  const away = (retryAfterSeconds: number | null) =>
    new DodoUnavailable('listing payments', 'http_429', new Error('away'), true, retryAfterSeconds);
  expect([0, 5].map((tries) => pauseSeconds(away(33), tries))).toEqual([33, 33]);
  expect([0, 1, 20].map((tries) => pauseSeconds(away(null), tries))).toEqual([2.5, 5, 600]);
});
