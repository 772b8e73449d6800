import type { Consumption } from './diary';
import type { Answer, ServiceClient } from './service-client';

/** Asks until it is known whether it was spent. A closed gate says nothing about a try before it. */
export async function settleConsumption(
  service: ServiceClient,
  consumption: Consumption,
  isOver: () => boolean,
): Promise<Answer | null> {
  const { org, key, amount } = consumption;
  const body = { amount, category: 'faults' };
  const answer = await service.insist(org, 'POST', '/billing/credits/consume', body, isOver, key);
  if (answer?.status === 402) consumption.outcome = 'refused';
  if (answer?.status !== 200) return answer;
  consumption.outcome = 'spent';
  consumption.entryId = answer.data.entryId as string;
  return answer;
}
