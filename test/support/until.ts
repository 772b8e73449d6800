const DEADLINE_MS = 15_000;
const STEP_MS = 25;

/** Waits until `look` gives something truthy, and answers it; fails with what was last seen. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | null | false>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    try {
      const seen = await look();
      if (seen) return seen;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  throw new Error(`Waited ${deadlineMs} ms in vain until ${what}`, { cause: lastError });
}
