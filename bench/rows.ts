import { WrongArgument } from './arguments';
import type { Row } from './row';
import { authenticatedGet } from './rows/authenticated-get.row';
import { checkout } from './rows/checkout.row';
import { credits } from './rows/credits.row';
import { eventToState } from './rows/event-to-state.row';
import { growth } from './rows/growth.row';
import { keyCheck } from './rows/key-check.row';
import { replicas } from './rows/replicas.row';
import { signature } from './rows/signature.row';
import { soak } from './rows/soak.row';
import { start } from './rows/start.row';
import { webhook } from './rows/webhook.row';

const ROWS: Row[] = [
  authenticatedGet,
  keyCheck,
  webhook,
  signature,
  eventToState,
  checkout,
  credits,
  start,
  replicas,
  growth,
  soak,
];

/**
 * The rows of these names, or all that need no asking.
 * @throws {WrongArgument}
 */
export function chooseRows(names: readonly string[]): Row[] {
  if (names.length === 0) return ROWS.filter((row) => !row.isExtra);
  return names.map((name) => {
    const row = ROWS.find((it) => it.name === name);
    if (!row)
      throw new WrongArgument(`There is no row "${name}", only ${ROWS.map((it) => it.name).join(', ')}.`);
    return row;
  });
}
