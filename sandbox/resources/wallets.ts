import { z } from 'zod';
import { BUSINESS_ID, type Context } from '../context';
import { getCustomer } from '../engine/customers';
import { ApiError } from '../errors';
import { meets, page, pageQuery } from '../http/pagination';
import { param, type ApiRequest, type Route } from '../http/route';
import { currency, minorUnits, parseBody, parseQuery } from '../http/validation';
import { newId } from '../ids';
import type { Customer, WalletEntry } from '../model/customers';
import { sum } from '../engine/quote';

const entryRequest = z.object({
  amount: minorUnits,
  currency,
  entry_type: z.enum(['credit', 'debit']),
  idempotency_key: z.string().nullish(),
  reason: z.string().nullish(),
});

const listQuery = pageQuery.extend({ currency: currency.optional() });

export function walletRoutes(ctx: Context): Route[] {
  const customer = (request: ApiRequest) => getCustomer(ctx, param(request, 'id'));
  return [
    {
      method: 'GET',
      path: '/customers/:id/wallets',
      handle: (request) => viewWallets(ctx, customer(request)),
    },
    {
      method: 'GET',
      path: '/customers/:id/wallets/ledger-entries',
      handle: (request) => list(ctx, customer(request), request.query),
    },
    {
      method: 'POST',
      path: '/customers/:id/wallets/ledger-entries',
      handle: (request) => addEntry(ctx, customer(request), request.body),
    },
  ];
}

function viewWallets(ctx: Context, customer: Customer) {
  const currencies = [...new Set(entriesOf(ctx, customer).map((entry) => entry.currency))];
  const items = currencies.map((name) => viewWallet(ctx, customer, name));
  const dollars = items.filter((wallet) => wallet.currency === 'USD').map((wallet) => wallet.balance);
  return { items, total_balance_usd: sum(dollars) };
}

/** Written once for each idempotency key, however often it is sent. */
function addEntry(ctx: Context, customer: Customer, body: unknown) {
  const request = parseBody(entryRequest, body);
  const entries = entriesOf(ctx, customer);
  const key = request.idempotency_key ?? null;
  if (key !== null && entries.some((entry) => entry.idempotency_key === key)) {
    return viewWallet(ctx, customer, request.currency);
  }
  const before_balance = balanceOf(entries, request.currency);
  const is_credit = request.entry_type === 'credit';
  const after_balance = before_balance + (is_credit ? request.amount : -request.amount);
  if (after_balance < 0) throw ApiError.refused('INSUFFICIENT_WALLET_FUNDS', 'Insufficient funds in wallet');
  ctx.store.walletEntries.put({
    id: newId('cwt'),
    customer_id: customer.customer_id,
    currency: request.currency,
    amount: request.amount,
    is_credit,
    before_balance,
    after_balance,
    reason: request.reason ?? null,
    idempotency_key: key,
    created_at: ctx.clock.iso(),
  });
  return viewWallet(ctx, customer, request.currency);
}

function list(ctx: Context, customer: Customer, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const entries = entriesOf(ctx, customer)
    .filter((entry) => meets(filter.currency, entry.currency))
    .toReversed();
  return page(entries.map(viewEntry), filter);
}

function viewWallet(ctx: Context, customer: Customer, name: string) {
  const entries = entriesOf(ctx, customer).filter((entry) => entry.currency === name);
  return {
    customer_id: customer.customer_id,
    currency: name,
    balance: balanceOf(entries, name),
    created_at: entries[0]?.created_at ?? customer.created_at,
    updated_at: entries.at(-1)?.created_at ?? customer.created_at,
  };
}

function viewEntry({ idempotency_key: _key, ...entry }: WalletEntry) {
  return { ...entry, business_id: BUSINESS_ID, event_type: 'merchant_adjustment', reference_object_id: null };
}

const entriesOf = (ctx: Context, customer: Customer): WalletEntry[] =>
  ctx.store.walletEntries.all().filter((entry) => entry.customer_id === customer.customer_id);

const balanceOf = (entries: WalletEntry[], name: string): number =>
  sum(
    entries
      .filter((entry) => entry.currency === name)
      .map((entry) => (entry.is_credit ? entry.amount : -entry.amount)),
  );
