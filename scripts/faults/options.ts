import { parseArgs } from 'node:util';
import { SABOTAGES, type Sabotage } from './sabotage';

export interface Options {
  /** Decides what happens to whom; the same one gives the same lives, faults and kills. */
  seed: number;
  /** No new life begins, and the storm ends, once so many webhooks were sent. */
  deliveries: number;
  /** Organizations that live at the same time. */
  orgs: number;
  /** The storm ends by then, whatever was sent. */
  minutes: number;
  /** Where the report goes as JSON. */
  json: string | null;
  /** The service is broken in this way first: then the run must find it. */
  sabotage: Sabotage | null;
}

export const USAGE = `npm run faults -- [--seed N] [--deliveries N] [--orgs N] [--minutes N] [--json FILE] [--sabotage NAME]

  --seed N        the same seed gives the same lives, faults and kills (default: a random one, printed)
  --deliveries N  webhooks to send before the storm ends (default 2000)
  --orgs N        organizations that live at the same time (default 24)
  --minutes N     the storm ends by then, whatever was sent (default 60)
  --json FILE     writes the report there as well
  --sabotage NAME breaks the service in one of these ways first, to show that it is found:
${Object.keys(SABOTAGES)
  .map((name) => `                  ${name}`)
  .join('\n')}`;

const DEFAULTS = { deliveries: 2_000, orgs: 24, minutes: 60 };
const HIGHEST_SEED = 2 ** 31 - 1;

/** @throws {WrongOption} that says what is wrong */
export function readOptions(words: string[]): Options | 'help' {
  const { values } = parse(words);
  if (values.help) return 'help';
  return {
    seed: numberOf('seed', values.seed, Math.floor(Math.random() * HIGHEST_SEED), 0, HIGHEST_SEED),
    deliveries: numberOf('deliveries', values.deliveries, DEFAULTS.deliveries, 1, 10_000_000),
    orgs: numberOf('orgs', values.orgs, DEFAULTS.orgs, 1, 1_000),
    minutes: numberOf('minutes', values.minutes, DEFAULTS.minutes, 0.1, 24 * 60, false),
    json: values.json ?? null,
    sabotage: values.sabotage === undefined ? null : sabotageOf(values.sabotage),
  };
}

export class WrongOption extends Error {}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      options: {
        seed: { type: 'string' },
        deliveries: { type: 'string' },
        orgs: { type: 'string' },
        minutes: { type: 'string' },
        json: { type: 'string' },
        sabotage: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new WrongOption((error as Error).message);
  }
}

function sabotageOf(name: string): Sabotage {
  if (Object.hasOwn(SABOTAGES, name)) return SABOTAGES[name]!;
  throw new WrongOption(`--sabotage must be one of ${Object.keys(SABOTAGES).join(', ')}, not "${name}"`);
}

function numberOf(
  name: string,
  text: string | undefined,
  usual: number,
  least: number,
  most: number,
  isWhole = true,
): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value)))
    return value;
  throw new WrongOption(
    `--${name} must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, not "${text}"`,
  );
}
