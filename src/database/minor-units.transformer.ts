import type { ValueTransformer } from 'typeorm';

/** Money is `bigint` in Postgres, which the driver hands over as text; ours stays far below 2^53. */
export const minorUnits: ValueTransformer = {
  to: (amountMinor: number | null) => amountMinor,
  from: (text: string | null) => (text === null ? null : Number(text)),
};
