import { ApiKey } from './auth/api-key.entity.js';
import { Organization } from './auth/organization.entity.js';
import { Checkout } from './billing/checkouts/checkout.entity.js';
import { Payment } from './billing/payments/payment.entity.js';
import { Plan } from './billing/plans/plan.entity.js';
import { Refund } from './billing/refunds/refund.entity.js';
import { Subscription } from './billing/subscriptions/subscription.entity.js';
import { DodoEvent } from './webhooks/inbound/dodo-event.entity.js';

/** Every table that has an entity. */
export const ENTITIES = [Organization, ApiKey, Plan, Checkout, Subscription, Payment, Refund, DodoEvent];
