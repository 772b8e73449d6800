import { print, red } from './terminal';

const HELP = ['--help', '-h'];

/** Ends a command that takes no arguments when it was given some: with its usage, and 2 unless that was asked for. */
export function refuseArguments(usage: string): void {
  const [first] = process.argv.slice(2);
  if (first === undefined) return;
  if (HELP.includes(first)) {
    print(usage);
    process.exit(0);
  }
  process.stderr.write(`${red(`There is no argument ${first}.`)}\n\n${usage}\n`);
  process.exit(2);
}
