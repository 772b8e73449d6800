interface Steps<Row extends { version: number }, T> {
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
 * and however many run at once. Answers what was read here last.
 *
 * It ends by the third round, however many run at once. Whoever has lost twice
 * sees a row that is two versions on; the second of them was read after the
 * first was stored, so after this call began, and holds all that it could add.
 */
export async function storeNewest<Row extends { version: number }, T>(steps: Steps<Row, T>): Promise<T> {
  let seen = await steps.find();
  const versionAtStart = seen?.version ?? 0;
  for (;;) {
    const fresh = await steps.fetch();
    if (await steps.save(fresh, seen)) return fresh;
    seen = await steps.find();
    if ((seen?.version ?? 0) >= versionAtStart + 2) return fresh;
  }
}
