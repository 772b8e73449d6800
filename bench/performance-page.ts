import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../scripts/local/project';

const PAGE = join(projectRoot, 'docs', 'performance.md');
const BEGIN = '<!-- measured: written by npm run bench -->';
const END = '<!-- /measured -->';

/** Puts the table into the page, between its marks; the words around it are for people to write. */
export async function writePerformancePage(table: string, machine: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no marks for the table.`);
  const day = new Date().toISOString().slice(0, 10);
  const measured = `${BEGIN}\n\n${machine} · ${day}\n\n${table}\n\n${END}`;
  await writeFile(PAGE, `${before}${measured}${after}`);
}
