/** Progress is for whoever watches; a script wants the report alone. */
export function tellTerminal(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
}
