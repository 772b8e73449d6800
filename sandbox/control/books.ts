import { z } from 'zod';
import { behaviourPatchSchema } from '../behaviour';
import type { Context } from '../context';
import type { Driver } from '../engine/driver';
import type { Route } from '../http/route';
import { parseBody } from '../http/validation';
import { viewLineItems, viewPayment } from '../resources/payment.view';
import { seed } from '../seed';
import type { Dispatcher } from '../webhooks/dispatcher';
import { viewClock } from './clock';
import { viewDelivery } from './deliveries';

const resetRequest = z.object({ endpoints: z.boolean().default(true) });

/** Reading, switching and clearing the sandbox as a whole. */
export function bookRoutes(ctx: Context, driver: Driver, dispatcher: Dispatcher): Route[] {
  return [
    { method: 'GET', path: '/_sandbox/state', handle: () => viewState(ctx) },
    { method: 'POST', path: '/_sandbox/reset', handle: ({ body }) => reset(ctx, driver, dispatcher, body) },
    { method: 'GET', path: '/_sandbox/behaviour', handle: () => ctx.switches.current },
    {
      method: 'PATCH',
      path: '/_sandbox/behaviour',
      handle: ({ body }) => ctx.switches.patch(parseBody(behaviourPatchSchema, body)),
    },
  ];
}

function viewState(ctx: Context) {
  const { store } = ctx;
  return {
    clock: viewClock(ctx),
    behaviour: ctx.switches.current,
    products: store.products.all(),
    customers: store.customers.all(),
    payment_methods: store.paymentMethods.all(),
    checkouts: store.checkouts.all(),
    payments: store.payments.all().map((payment) => ({
      ...viewPayment(ctx, payment),
      line_items: viewLineItems(ctx, payment).items,
    })),
    refunds: store.refunds.all(),
    disputes: store.disputes.all(),
    subscriptions: store.subscriptions.all(),
    endpoints: store.endpoints.all(),
    events: store.events.all(),
    deliveries: store.deliveries.all().map((delivery) => viewDelivery(ctx, delivery)),
    faults: store.faults.all(),
  };
}

/** Back to the first day. Endpoints stay unless told otherwise, so that a running service need not register again. */
function reset(ctx: Context, driver: Driver, dispatcher: Dispatcher, body: unknown) {
  const { endpoints } = parseBody(resetRequest, body);
  const { store } = ctx;
  const emptied = [
    store.products,
    store.localizedPrices,
    store.shortLinks,
    store.customers,
    store.paymentMethods,
    store.walletEntries,
    store.checkouts,
    store.payments,
    store.refunds,
    store.disputes,
    store.subscriptions,
    store.links,
    store.events,
    store.deliveries,
    store.faults,
  ];
  for (const collection of emptied) collection.clear();
  if (!endpoints) store.endpoints.clear();
  ctx.switches.reset();
  dispatcher.forget();
  driver.resetClock();
  seed(ctx);
  return viewClock(ctx);
}
