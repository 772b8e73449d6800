import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's root, from the sources (jest) as well as from dist/. */
export const projectRoot = findRoot(__dirname);

export const built = (...parts: string[]): string => join(projectRoot, 'dist', ...parts);

function findRoot(from: string): string {
  if (existsSync(join(from, 'package-lock.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('No package-lock.json above ' + __dirname);
  return findRoot(parent);
}
