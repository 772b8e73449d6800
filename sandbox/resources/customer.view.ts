import { BUSINESS_ID } from '../context';
import type { Context } from '../context';
import type { Customer } from '../model/customers';

export function viewCustomer(customer: Customer) {
  return {
    customer_id: customer.customer_id,
    business_id: BUSINESS_ID,
    email: customer.email,
    name: customer.name,
    phone_number: customer.phone_number,
    metadata: customer.metadata,
    created_at: customer.created_at,
    blocked_at: null,
    blocklist_entry_id: null,
  };
}

/** The customer as other objects carry it. */
export function viewCustomerOf(ctx: Context, customerId: string) {
  const customer = ctx.store.customers.get(customerId);
  return {
    customer_id: customerId,
    email: customer?.email ?? '',
    name: customer?.name ?? '',
    phone_number: customer?.phone_number ?? null,
    metadata: customer?.metadata ?? {},
  };
}
