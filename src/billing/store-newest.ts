/** Rounds before a job gives up for now: each lost round means that someone else stored something newer. */
const MAX_ROUNDS = 5;

interface Steps<Row, T> {
  /** Our row as of now, null when there is none. */
  find(): Promise<Row | null>;
  fetch(): Promise<T>;
  /** Stores the object if our row is still the one that was seen; false when it is not. */
  save(fresh: T, seen: Row | null): Promise<boolean>;
}

/**
 * Newer wins, without trusting any clock: Dodo is read *after* our row, and the
 * answer is stored only if nobody has stored another one in between. So what is
 * stored was always read later than what it replaces, whichever event caused it
 * and however many run at once.
 */
export async function storeNewest<Row, T>({ find, fetch, save }: Steps<Row, T>): Promise<T> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seen = await find();
    const fresh = await fetch();
    if (await save(fresh, seen)) return fresh;
  }
  throw new Error(`The object was changed by others ${MAX_ROUNDS} times while it was read.`);
}
