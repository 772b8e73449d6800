import type { Diary, Org } from './diary';
import type { Reference } from './reference';
import type { Findings } from './violation';

const LAW = 'The gate is right';
const PARALLEL = 8;

/**
 * Every organization at the gate of every replica. The body is empty on purpose: an open gate answers 400 to it, a
 * shut one 403, and nothing happens either way.
 */
export async function compareGate(
  replicaUrls: string[],
  diary: Diary,
  reference: Reference,
  findings: Findings,
): Promise<void> {
  const waiting = [...diary.orgs];
  const work = async (): Promise<void> => {
    for (let org = waiting.pop(); org; org = waiting.pop()) {
      for (const url of replicaUrls) await compareAt(url, org, reference, findings);
      await compareStatus(replicaUrls[0]!, org, reference, findings);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

async function compareAt(url: string, org: Org, reference: Reference, findings: Findings): Promise<void> {
  const response = await fetch(`${url}/billing/checkout`, {
    method: 'POST',
    headers: { 'x-api-key': org.key, 'content-type': 'application/json' },
    body: '{}',
  });
  await response.arrayBuffer();
  const expected = reference.isSuspended(org.id) ? 403 : 400;
  findings.same(response.status, expected, LAW, org.id, `The answer of ${url} at the gate`);
}

async function compareStatus(url: string, org: Org, reference: Reference, findings: Findings): Promise<void> {
  const response = await fetch(`${url}/billing/status`, { headers: { 'x-api-key': org.key } });
  const { data } = (await response.json()) as { data?: { status: string | null; isTrialing: boolean } };
  const current = reference.currentOf(org.id);
  const isTrialing = current !== null && reference.isTrialing(current);
  // Between the trial's end and its payment, Dodo calls it active and the service's own clock says trial.
  const isBetween = current?.status === 'active' && current.trial_ends_at !== null && !isTrialing;
  if (isBetween) return;
  const expected = isTrialing ? 'trialing' : (current?.status ?? null);
  findings.same(data?.status, expected, LAW, org.id, 'The status that it is told');
}
