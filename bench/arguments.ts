import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** A round each, a second long: shows that everything runs, and says nothing about time. */
  isQuick: boolean;
  /** Names of rows; empty for all that need no asking. */
  only: string[];
}

/** Its message is all that is to be said. */
export class WrongArgument extends Error {}

/** @throws {WrongArgument} */
export function readArguments(words: string[]): BenchArguments {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
      },
    });
    return { isQuick: values.quick, only: values.only };
  } catch (error) {
    throw new WrongArgument((error as Error).message);
  }
}
