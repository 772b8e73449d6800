import { AppError } from '../../app-error';
import { DodoOutcomeUnknown, DodoRejected } from '../../dodo/dodo.errors';
import type { DodoError } from '../../dodo/dodo.errors';
import { PaymentProviderError } from '../billing.errors';

/** What Dodo means by a refusal that the customer, not the operator, can do something about. */
const REASONS: Record<string, string> = {
  PENDING_PLAN_CHANGE_EXISTS: 'A plan change is already under way.',
  PendingPlanChangeExists: 'A plan change is already under way.',
  SCHEDULED_PLAN_CHANGE_EXISTS: 'A plan change is already scheduled: withdraw it first.',
  SUBSCRIPTION_INACTIVE: 'The subscription is not active.',
  SUBSCRIPTION_NOT_ACTIVE: 'The subscription is not active.',
  PREVIOUS_PAYMENT_PENDING:
    'A payment of this subscription is still under way: try again when it is settled.',
};

/** After so many seconds it is worth asking whether the other one is over. */
const UNDER_WAY_SECONDS = '10';

/** An order that the subscription's state does not allow. */
export class OrderConflict extends AppError {
  private constructor(message: string, options: { cause?: unknown; headers?: Record<string, string> } = {}) {
    super(409, 'conflict', message, options);
  }

  static readonly noSubscription = () => new OrderConflict('This organization has no active subscription.');
  static readonly samePlan = () => new OrderConflict('The subscription is on this plan already.');
  static readonly changeScheduled = () =>
    new OrderConflict('A plan change is already scheduled: withdraw it first.');
  static readonly noChangeScheduled = () => new OrderConflict('No plan change is scheduled.');
  static readonly cancellationScheduled = () =>
    new OrderConflict('The subscription is set to end: resume it first.');
  static readonly alreadyCancelled = () => new OrderConflict('The subscription is set to end already.');
  static readonly nothingToResume = () => new OrderConflict('The subscription is not set to end.');
  static readonly secondSubscription = () =>
    new OrderConflict(
      'Another subscription of this organization may be billed again, so this one ends with its period: cancel the ' +
        'other one in the customer portal first.',
    );
  static readonly underWay = () =>
    new OrderConflict('Another change of this subscription is under way: try again in a moment.', {
      headers: { 'retry-after': UNDER_WAY_SECONDS },
    });
  static readonly paymentFailed = () =>
    new OrderConflict(
      'The payment for the new plan failed, so the plan stays as it is. Check the payment method.',
    );
  static readonly trialEnding = () => new OrderConflict('The trial is ending: try again in a few minutes.');
  static readonly noCustomer = () =>
    new OrderConflict('There is nothing to manage yet: this organization has not been to a checkout.');
  static readonly notSuspended = () =>
    new OrderConflict('Access is not suspended, so there is nothing to reactivate.');
  static readonly paused = () =>
    new OrderConflict('The subscription is paused: it can be continued in the customer portal.');

  static from(rejection: DodoRejected): OrderConflict | null {
    const reason = REASONS[rejection.code];
    return reason === undefined ? null : new OrderConflict(reason, { cause: rejection });
  }
}

/** 409 with Dodo's reason in our words where we know it, else 502 or 503. */
export function orderError(error: DodoError): AppError {
  if (error instanceof DodoOutcomeUnknown) return PaymentProviderError.outcomeUnknown(error);
  const conflict = error instanceof DodoRejected ? OrderConflict.from(error) : null;
  return conflict ?? PaymentProviderError.from(error);
}
