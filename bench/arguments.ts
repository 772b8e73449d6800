import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** A round each, a second long: shows that everything runs, and says nothing about time. */
  isQuick: boolean;
  /** Names of rows; empty for all that need no asking. */
  only: string[];
}

export const USAGE = `npm run bench -- [--quick] [--only <row>]...`;

export function readArguments(words: string[]): BenchArguments {
  const { values } = parseArgs({
    args: words,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  return { isQuick: values.quick, only: values.only };
}
