import { Injectable } from '@nestjs/common';
import type { AppError } from '../../app-error';
import { Clock } from '../../clock';
import { DodoError } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { ListedPayment, PlanChangeTiming } from '../../dodo/dodo.types';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { PlanNotFound } from '../billing.errors';
import { PaymentsRepository } from '../payments/payments.repository';
import { comparePrice } from '../plans/plan-price';
import type { Plan } from '../plans/plan.entity';
import { PlansRepository } from '../plans/plans.repository';
import { isUnbilledTrial } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { CurrentSubscriptionService } from './current-subscription.service';
import type { PlanChangeView } from './subscription-orders.dto';
import { OrderConflict, orderError } from './subscription-orders.errors';
import { SubscriptionOrdersService } from './subscription-orders.service';

/** Longer than an order takes to get to Dodo: a call at its time-out, twice over, and clocks that differ. */
const TRIAL_ENDING_SECONDS = 60;

/**
 * Owns the move from one plan to another. More expensive: at once, the
 * difference charged now. Cheaper: at the next billing date, unless a move up
 * takes its place before. In a trial: at once and for nothing, so that the trial
 * goes on.
 */
@Injectable()
export class PlanChangesService {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly plans: PlansRepository,
    private readonly current: CurrentSubscriptionService,
    private readonly orders: SubscriptionOrdersService,
    private readonly gateway: DodoGateway,
    private readonly clock: Clock,
  ) {}

  async change(orgId: string, planId: string, call: IdempotentCall): Promise<PlanChangeView> {
    const plan = await this.plans.findActive(planId);
    if (!plan) throw new PlanNotFound(planId);
    const changed = await this.orders.findDoneBefore(call, (seen) => hasChanged(seen, plan));
    if (changed) return this.view(changed);
    const subscription = await this.getChangeable(orgId);
    const timing = await this.timingOf(subscription, plan);
    const replaces = requireNothingInTheWay(subscription, plan, timing);
    // One that was bought elsewhere may be for several seats, or with add-ons: what is not said would be lost.
    const { quantity, addons } = subscription.snapshot;
    const chargesBefore = timing === 'now' ? await this.listChargesBefore(subscription) : [];
    const fresh = await this.orders.carryOut({
      kind: 'change_plan',
      subscription,
      call,
      planId,
      ask: () =>
        this.gateway.changePlan(
          subscription.dodoSubscriptionId,
          { productId: plan.dodoProductId, quantity, addons },
          timing,
          replaces,
        ),
      isVisible: (seen) => hasChanged(seen, plan),
      ...(timing === 'now' && { findRefusal: (seen) => this.findFailedCharge(seen, chargesBefore) }),
    });
    return this.view(fresh);
  }

  async withdraw(orgId: string, call: IdempotentCall): Promise<void> {
    const subscription = await this.current.getActive(orgId);
    if (subscription.pendingProductId === null) throw OrderConflict.noChangeScheduled();
    await this.orders.carryOut({
      kind: 'withdraw_plan_change',
      subscription,
      call,
      ask: () => this.gateway.withdrawPlanChange(subscription.dodoSubscriptionId),
      isVisible: (seen) => seen.pendingProductId === null,
    });
  }

  /**
   * Dodo takes the order and keeps the old plan while the charge for the new one is under way, and for good when it
   * has failed. Only a charge that is seen to have failed is said to: whoever is told so may pay another way.
   */
  private async findFailedCharge(
    subscription: Subscription,
    before: ListedPayment[],
  ): Promise<AppError | null> {
    const known = new Set(before.map(({ id }) => id));
    const charges = (await this.listCharges(subscription)).filter(({ id }) => !known.has(id));
    const hasFailed = charges.length > 0 && charges.every(({ status }) => status === 'failed');
    return hasFailed ? OrderConflict.paymentFailed() : null;
  }

  /** What Dodo has charged or tried to charge for the subscription; what it lists later only is not known to fail. */
  private async listCharges({ dodoSubscriptionId, snapshot }: Subscription): Promise<ListedPayment[]> {
    const { customerId } = snapshot;
    if (customerId === null) return [];
    const { items } = await this.gateway.listPayments({ page: 0, createdSince: null, customerId });
    return items.filter(({ subscriptionId }) => subscriptionId === dodoSubscriptionId);
  }

  private async listChargesBefore(subscription: Subscription): Promise<ListedPayment[]> {
    try {
      return await this.listCharges(subscription);
    } catch (error) {
      throw error instanceof DodoError ? orderError(error) : error;
    }
  }

  private async getChangeable(orgId: string): Promise<Subscription> {
    const subscription = await this.current.getActive(orgId);
    if (subscription.cancelAtPeriodEnd) throw OrderConflict.cancellationScheduled();
    return subscription;
  }

  private async timingOf(subscription: Subscription, to: Plan): Promise<PlanChangeTiming> {
    const hasPaid = await this.payments.hasPaidPeriod(subscription.dodoSubscriptionId);
    if (isUnbilledTrial(subscription, hasPaid)) {
      this.refuseIfEnding(subscription);
      return 'now_in_trial';
    }
    const from = await this.plans.findByDodoProduct(subscription.dodoProductId);
    if (from === null) return 'now';
    // Where nobody can say which costs more, nothing is charged before its time.
    return (comparePrice(to, from) ?? -1) < 0 ? 'next_period' : 'now';
  }

  /** Or has ended, unbilled. Dodo may have charged it by the time that it hears of the order: for one plan, or for both. */
  private refuseIfEnding({ currentPeriodEnd }: Subscription): void {
    if (currentPeriodEnd !== null && currentPeriodEnd < this.clock.secondsFromNow(TRIAL_ENDING_SECONDS))
      throw OrderConflict.trialEnding();
  }

  private async view(subscription: Subscription): Promise<PlanChangeView> {
    const pending = subscription.pendingProductId
      ? await this.plans.findByDodoProduct(subscription.pendingProductId)
      : null;
    return {
      currentPlanId: subscription.planId,
      pendingPlanId: pending?.id ?? null,
      effectiveAt: subscription.pendingChangeAt ?? this.clock.now(),
    };
  }
}

/**
 * Whether the change takes the place of a scheduled one. Dodo withdraws that one in the transaction that applies ours:
 * a change that fails leaves it as it was.
 */
function requireNothingInTheWay(
  { planId, pendingProductId }: Subscription,
  plan: Plan,
  timing: PlanChangeTiming,
): boolean {
  const isPending = pendingProductId !== null;
  if (isPending && (timing === 'next_period' || pendingProductId === plan.dodoProductId))
    throw OrderConflict.changeScheduled();
  if (planId === plan.id) throw OrderConflict.samePlan();
  return isPending;
}

function hasChanged(subscription: Subscription, plan: Plan): boolean {
  return subscription.planId === plan.id || subscription.pendingProductId === plan.dodoProductId;
}
