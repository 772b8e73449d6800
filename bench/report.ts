import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Line } from './row';

const COLUMNS = ['path', 'ours', 'against', 'result', 'goal', ''] as const;

export function toMarkdown(lines: readonly Line[]): string {
  const rows = lines.map(({ path, ours, against, result, goal, isMet }) => [
    path,
    ours,
    against,
    result,
    goal,
    isMet === null ? '' : isMet ? 'yes' : 'no',
  ]);
  const all = [[...COLUMNS.slice(0, -1), 'met'], COLUMNS.map(() => '---'), ...rows];
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function describeMachine(postgresVersion: string): string {
  const [cpu] = cpus();
  const commit = gitCommit();
  return [
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${postgresVersion}`,
    ...(commit ? [`commit ${commit}`] : []),
  ].join(' · ');
}

function gitCommit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    // An unpacked archive has no history, and is measured all the same.
    return null;
  }
}
