import type { BookDispute, BookPayment, BookSubscription, Books } from './books';
import { FEE_PRODUCT, packOfProduct, planOfProduct } from './catalogue';
import { groupBy } from './group-by';

/** Which of several subscriptions speaks for an organization, the first of these words that one of them has. */
const PRECEDENCE = [
  ['active'],
  ['past_due'],
  ['on_hold'],
  ['paused'],
  ['cancelled', 'expired'],
  ['pending'],
  ['failed'],
];
const SUSPENDED = new Set(['past_due', 'on_hold', 'paused', 'cancelled', 'expired']);

/**
 * What must be, said from Dodo's books alone, one thing after the other, after everything has happened. It shares no
 * code with the service: the rules are written down here a second time, from the documentation.
 */
export class Reference {
  private readonly orgs: Map<string, string>;
  private readonly subscriptionsByOrg: Map<string, BookSubscription[]>;
  private readonly paymentsBySubscription: Map<string | null, BookPayment[]>;
  private readonly packPaymentsByOrg: Map<string, BookPayment[]>;
  private readonly disputesByPayment: Map<string, BookDispute[]>;
  /** Subjects that Dodo has told of, or was to tell of. */
  private readonly announced: Set<string>;
  readonly subscriptions: Map<string, BookSubscription>;
  readonly payments: Map<string, BookPayment>;

  constructor(
    { customers, subscriptions, payments, disputes, events }: Books,
    private readonly now: number,
  ) {
    this.orgs = new Map(customers.map(({ customer_id, metadata }) => [customer_id, metadata.org_id ?? '']));
    this.subscriptions = new Map(subscriptions.map((it) => [it.subscription_id, it]));
    this.payments = new Map(payments.map((it) => [it.payment_id, it]));
    this.subscriptionsByOrg = groupBy(subscriptions, (it) => this.orgOf(it.customer_id));
    this.paymentsBySubscription = groupBy(payments, (it) => it.subscription_id);
    this.packPaymentsByOrg = groupBy(
      payments.filter((payment) => this.packCreditsOf(payment) > 0),
      (payment) => this.orgOf(payment.customer.customer_id),
    );
    this.disputesByPayment = groupBy(disputes, (it) => it.payment_id);
    this.announced = new Set(events.map(({ subject }) => subject.id));
  }

  orgOf(customerId: string): string {
    return this.orgs.get(customerId) ?? '';
  }

  /** Payments that were only prepared were never announced, so nobody need know them. */
  mustBeKnown(payment: BookPayment): boolean {
    return this.announced.has(payment.payment_id);
  }

  /** The lines of this payment that are to be given back; empty for most. */
  feeLinesOf(payment: BookPayment) {
    if (payment.status !== 'succeeded') return [];
    return payment.line_items.filter((line) => line.items_id === FEE_PRODUCT && line.amount > 0);
  }

  /** Each with what became of it, in one text. */
  disputesOf({ payment_id }: BookPayment): string {
    return (this.disputesByPayment.get(payment_id) ?? [])
      .map(({ dispute_id, dispute_status }) => `${dispute_id} ${dispute_status.replace('dispute_', '')}`)
      .toSorted()
      .join(', ');
  }

  /** What the plan's own lines of a succeeded payment add up to: 0 for fees, packs and trials. */
  planMinorOf(payment: BookPayment): number {
    if (payment.status !== 'succeeded') return 0;
    return payment.line_items
      .filter((line) => planOfProduct(line.items_id))
      .reduce((sum, line) => sum + line.amount, 0);
  }

  packCreditsOf(payment: BookPayment): number {
    if (payment.status !== 'succeeded') return 0;
    return payment.line_items.reduce((sum, line) => sum + (packOfProduct(line.items_id)?.credits ?? 0), 0);
  }

  packPayments(orgId: string): BookPayment[] {
    return this.packPaymentsByOrg.get(orgId) ?? [];
  }

  currentOf(orgId: string): BookSubscription | null {
    const all = this.subscriptionsByOrg.get(orgId) ?? [];
    for (const words of PRECEDENCE) {
      const found = all
        .filter(({ status }) => words.includes(status))
        .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
      if (found[0]) return found[0];
    }
    return null;
  }

  billingStatusOf(orgId: string): string {
    return this.currentOf(orgId)?.status ?? 'none';
  }

  isSuspended(orgId: string): boolean {
    return SUSPENDED.has(this.billingStatusOf(orgId));
  }

  hasPaidPeriod(subscriptionId: string): boolean {
    const payments = this.paymentsBySubscription.get(subscriptionId) ?? [];
    return payments.some((payment) => this.planMinorOf(payment) > 0);
  }

  /**
   * Whether its plan is the next period's, which brings that plan's credits: it was changed and paid in the last hour of
   * the period before, or at its end, and the charge for it is still under way.
   */
  hasPlanOfNextPeriod({ subscription_id, next_billing_date }: BookSubscription): boolean {
    if (Date.parse(next_billing_date) <= this.now) return true;
    const payments = this.paymentsBySubscription.get(subscription_id) ?? [];
    const hourBefore = Date.parse(next_billing_date) - 3_600_000;
    return payments.some((it) => this.planMinorOf(it) > 0 && Date.parse(it.created_at) >= hourBefore);
  }

  /** In its trial, nothing paid for the plan yet, and the trial's end still ahead. */
  isTrialing(subscription: BookSubscription): boolean {
    return (
      subscription.status === 'active' &&
      subscription.trial_period_days > 0 &&
      subscription.trial_ends_at !== null &&
      !this.hasPaidPeriod(subscription.subscription_id) &&
      Date.parse(subscription.next_billing_date) > this.now
    );
  }
}
