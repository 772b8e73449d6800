import type { MigrationInterface } from 'typeorm';

/** Under which name the table of migrations knows it. */
export function nameOf({ name, constructor }: MigrationInterface): string {
  return name ?? constructor.name;
}
