import type { CreditBalance } from './credit-balance.entity';
import type { CreditEntry } from './credit-entry.entity';

type Left = Pick<CreditBalance, 'allocationLeft' | 'purchasedLeft'>;

export function totalOf({ allocationLeft, purchasedLeft }: Left): number {
  return allocationLeft + purchasedLeft;
}

/** Below a tenth of what the period was given, packs included, it is time to tell somebody. */
const LOW_SHARE = 0.1;

export function isLow(balance: Left & Pick<CreditBalance, 'allocation'>): boolean {
  return totalOf(balance) < balance.allocation * LOW_SHARE;
}

/** How a consumption is taken: of the allocation first, since that expires; null when there is not enough. */
export function spend(
  balance: Left,
  amount: number,
): Pick<CreditEntry, 'allocationDelta' | 'purchasedDelta'> | null {
  if (totalOf(balance) < amount) return null;
  const fromAllocation = Math.min(balance.allocationLeft, amount);
  return { allocationDelta: 0 - fromAllocation, purchasedDelta: 0 - (amount - fromAllocation) };
}

/** What a consumption has taken, as a positive number. */
export function amountOf({
  allocationDelta,
  purchasedDelta,
}: Pick<CreditEntry, 'allocationDelta' | 'purchasedDelta'>): number {
  return 0 - allocationDelta - purchasedDelta;
}
