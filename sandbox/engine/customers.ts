import type { Context } from '../context';
import { ApiError } from '../errors';
import { newId } from '../ids';
import type { CheckoutCustomer } from '../model/checkouts';
import type { Customer } from '../model/customers';
import type { Metadata } from '../model/products';

export interface NewCustomer {
  email: string;
  name: string;
  phone_number: string | null;
  metadata: Metadata;
}

export function createCustomer(ctx: Context, customer: NewCustomer): Customer {
  return ctx.store.customers.put({ customer_id: newId('cus'), ...customer, created_at: ctx.clock.iso() });
}

export function getCustomer(ctx: Context, id: string): Customer {
  const customer = ctx.store.customers.get(id);
  if (!customer) throw ApiError.notFound('Customer', id);
  return customer;
}

/** An email means the newest customer who has it, unless a new one is asked for. */
export function resolveCustomer(ctx: Context, who: CheckoutCustomer, alwaysNew: boolean): Customer {
  if ('customer_id' in who) return getCustomer(ctx, who.customer_id);
  const known = alwaysNew ? undefined : findCustomerByEmail(ctx, who.email);
  return known ?? createCustomer(ctx, { ...who, name: who.name ?? '', metadata: {} });
}

export function findCustomerByEmail(ctx: Context, email: string): Customer | undefined {
  const wanted = email.toLowerCase();
  return ctx.store.customers.newest((customer) => customer.email.toLowerCase() === wanted)[0];
}

/** Whether this person, aliases of the address included, was ever given a trial. */
export function hadTrial(ctx: Context, email: string): boolean {
  const wanted = normalizeEmail(email);
  return ctx.store.subscriptions.all().some((subscription) => {
    if (subscription.trial_period_days === 0) return false;
    if (subscription.status === 'pending' || subscription.status === 'failed') return false;
    const customer = ctx.store.customers.get(subscription.customer_id);
    return customer !== undefined && normalizeEmail(customer.email) === wanted;
  });
}

function normalizeEmail(email: string): string {
  return email.toLowerCase().replace(/\+[^@]*@/, '@');
}
