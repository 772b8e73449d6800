import { ApiKey } from './auth/api-key.entity';
import { OperatorAction } from './auth/operator-action.entity';
import { Organization } from './auth/organization.entity';
import { Checkout } from './billing/checkouts/checkout.entity';
import { CreditBalance } from './billing/credits/credit-balance.entity';
import { CreditEntry } from './billing/credits/credit-entry.entity';
import { CreditPack } from './billing/credits/credit-pack.entity';
import { Payment } from './billing/payments/payment.entity';
import { Plan } from './billing/plans/plan.entity';
import { Reconciliation } from './billing/reconciliation/reconciliation.entity';
import { ReconciliationFinding } from './billing/reconciliation/reconciliation-finding.entity';
import { Refund } from './billing/refunds/refund.entity';
import { SubscriptionOrder } from './billing/subscription-orders/subscription-order.entity';
import { Subscription } from './billing/subscriptions/subscription.entity';
import { ConsoleSession } from './console/sign-in/console-session.entity';
import { TrialClaim } from './billing/trials/trial-claim.entity';
import { DodoEvent } from './webhooks/inbound/dodo-event.entity';
import { OutboundEvent } from './webhooks/outbound/outbound-event.entity';
import { WebhookAttempt, WebhookDelivery } from './webhooks/outbound/webhook-delivery.entity';
import { WebhookEndpoint } from './webhooks/outbound/webhook-endpoint.entity';

/** Every table that has an entity. */
export const ENTITIES = [
  Organization,
  ApiKey,
  OperatorAction,
  Plan,
  Checkout,
  Subscription,
  SubscriptionOrder,
  TrialClaim,
  Payment,
  Refund,
  CreditPack,
  CreditBalance,
  CreditEntry,
  Reconciliation,
  ReconciliationFinding,
  DodoEvent,
  WebhookEndpoint,
  OutboundEvent,
  WebhookDelivery,
  WebhookAttempt,
  ConsoleSession,
];
