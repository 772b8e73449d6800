import { z } from 'zod';
import type { Context } from '../context';
import { createCustomer, getCustomer } from '../engine/customers';
import { ApiError } from '../errors';
import { page, pageQuery, within } from '../http/pagination';
import { param, type ApiRequest, type Route } from '../http/route';
import { createdRange, metadata, parseBody, parseQuery, text } from '../http/validation';
import type { Customer, PaymentMethod } from '../model/customers';
import { viewCustomer } from './customer.view';

const createRequest = z.object({
  email: text,
  name: text,
  phone_number: z.string().nullish(),
  metadata: metadata.nullish(),
});

const updateRequest = z.object({
  email: text.nullish(),
  name: text.nullish(),
  phone_number: z.string().nullish(),
  metadata: metadata.nullish(),
});

const listQuery = pageQuery.extend({ ...createdRange, email: text.optional(), name: text.optional() });

export function customerRoutes(ctx: Context): Route[] {
  const customer = (request: ApiRequest) => getCustomer(ctx, param(request, 'id'));
  return [
    { method: 'POST', path: '/customers', handle: ({ body }) => create(ctx, body) },
    { method: 'GET', path: '/customers', handle: ({ query }) => list(ctx, query) },
    { method: 'GET', path: '/customers/:id', handle: (request) => viewCustomer(customer(request)) },
    {
      method: 'PATCH',
      path: '/customers/:id',
      handle: (request) => update(ctx, customer(request), request.body),
    },
    {
      method: 'GET',
      path: '/customers/:id/payment-methods',
      handle: (request) => ({ items: methodsOf(ctx, customer(request)).map(viewMethod) }),
    },
    {
      method: 'DELETE',
      path: '/customers/:id/payment-methods/:methodId',
      status: 204,
      handle: (request) => deleteMethod(ctx, customer(request), param(request, 'methodId')),
    },
  ];
}

export function methodsOf(ctx: Context, customer: Customer): PaymentMethod[] {
  return ctx.store.paymentMethods.newest((method) => method.customer_id === customer.customer_id);
}

function create(ctx: Context, body: unknown) {
  const request = parseBody(createRequest, body);
  const { email, name } = request;
  const phone_number = request.phone_number ?? null;
  return viewCustomer(createCustomer(ctx, { email, name, phone_number, metadata: request.metadata ?? {} }));
}

function list(ctx: Context, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const inRange = within(filter);
  const email = filter.email?.toLowerCase();
  const name = filter.name?.toLowerCase();
  const customers = ctx.store.customers.newest(
    (customer) =>
      inRange(customer) &&
      (email === undefined || customer.email.toLowerCase() === email) &&
      (name === undefined || customer.name.toLowerCase().includes(name)),
  );
  return page(customers.map(viewCustomer), filter);
}

function update(ctx: Context, customer: Customer, body: unknown) {
  const request = parseBody(updateRequest, body);
  return viewCustomer(
    ctx.store.customers.update(customer.customer_id, {
      email: request.email ?? customer.email,
      name: request.name ?? customer.name,
      phone_number: request.phone_number === undefined ? customer.phone_number : request.phone_number,
      metadata: request.metadata ?? customer.metadata,
    }),
  );
}

/** A card that still pays for a subscription cannot be taken away. */
function deleteMethod(ctx: Context, customer: Customer, id: string): void {
  const method = methodsOf(ctx, customer).find((candidate) => candidate.payment_method_id === id);
  if (!method) throw ApiError.notFound('Payment method', id);
  const inUse = ctx.store.subscriptions
    .all()
    .some(({ payment_method_id, status }) => payment_method_id === id && LIVE.has(status));
  if (inUse)
    throw ApiError.conflict('PAYMENT_METHOD_IN_USE', 'The payment method is used by an active subscription');
  ctx.store.paymentMethods.delete(id);
}

const LIVE = new Set(['active', 'on_hold', 'paused', 'past_due']);

function viewMethod({ payment_method_id, card, last_used_at }: PaymentMethod) {
  return {
    payment_method_id,
    payment_method: 'card',
    payment_method_type: card.type === 'DEBIT' ? 'debit' : 'credit',
    recurring_enabled: true,
    last_used_at,
    card: {
      card_holder_name: card.holder,
      card_issuing_country: card.country,
      card_network: card.network,
      card_type: card.type,
      expiry_month: card.expiry_month,
      expiry_year: card.expiry_year,
      last4_digits: card.last_four,
    },
  };
}
