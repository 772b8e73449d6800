import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** One object as it is from now on; `v` is null when it is gone, `id` is null when its collection was emptied. */
export interface Change {
  c: string;
  id: string | null;
  v: unknown;
}

/**
 * An append-only file of committed change sets, one a line, so that what belongs together is
 * kept or lost together. A line torn by a crash is the last one, and is dropped when read.
 */
export class Journal {
  private readonly path: string;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    this.path = join(dir, 'journal.jsonl');
  }

  append(changes: Change[]): void {
    appendFileSync(this.path, `${JSON.stringify(changes)}\n`);
  }

  read(): Change[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const lines = text.split('\n');
    const torn = lines.pop();
    const changes = lines.filter((line) => line !== '').flatMap((line, index) => this.parse(line, index + 1));
    return torn ? changes.concat(parseTorn(torn)) : changes;
  }

  /** Replaces the file by the given state in one rename. */
  compact(changes: Iterable<Change>): void {
    const draft = `${this.path}.new`;
    rmSync(draft, { force: true });
    const file = openSync(draft, 'w');
    for (const change of changes) writeSync(file, `${JSON.stringify([change])}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, this.path);
  }

  private parse(line: string, number: number): Change[] {
    try {
      return JSON.parse(line) as Change[];
    } catch (cause) {
      throw new Error(`${this.path}, line ${number} is not readable`, { cause });
    }
  }
}

/** A last line without its newline counts only when it is whole. */
function parseTorn(line: string): Change[] {
  try {
    return JSON.parse(line) as Change[];
  } catch {
    return [];
  }
}
