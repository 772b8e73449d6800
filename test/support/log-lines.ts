export type LogLine = Record<string, any>;

/** What a process has logged: one JSON object a line; what else it has said is left out. */
export function logLines(output: string): LogLine[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);
}
