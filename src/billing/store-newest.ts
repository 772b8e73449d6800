/** Rounds before a job gives up for now: each lost round means that someone else stored something newer. */
const MAX_ROUNDS = 5;

interface Steps<T> {
  /** Version of our row, 0 when there is none. */
  findVersion(): Promise<number>;
  fetch(): Promise<T>;
  /** Stores the object if the row still has the version that was seen; false when it does not. */
  save(fresh: T, seenVersion: number): Promise<boolean>;
}

/**
 * Newer wins, without trusting any clock: Dodo is read *after* our row's version,
 * and the answer is stored only if nobody has stored another one in between. So
 * what is stored was always read later than what it replaces, whichever event
 * caused it and however many run at once.
 */
export async function storeNewest<T>({ findVersion, fetch, save }: Steps<T>): Promise<T> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seenVersion = await findVersion();
    const fresh = await fetch();
    if (await save(fresh, seenVersion)) return fresh;
  }
  throw new Error(`The object was changed by others ${MAX_ROUNDS} times while it was read.`);
}
