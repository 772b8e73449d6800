import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Switches } from './behaviour';
import { Clock } from './clock';
import type { Context, Logger } from './context';
import { bookRoutes } from './control/books';
import { clockRoutes } from './control/clock';
import { deliveryRoutes } from './control/deliveries';
import { disputeControlRoutes } from './control/disputes';
import { faultRoutes } from './control/faults';
import { payRoutes } from './control/pay';
import { Driver, storedOffset } from './engine/driver';
import { buildApp, type Routes } from './http/app';
import { checkoutPageRoutes } from './pages/checkout.routes';
import { invoiceRoutes } from './pages/invoices';
import { overviewRoutes } from './pages/overview';
import { paymentMethodRoutes } from './pages/payment-method';
import { portalRoutes } from './pages/portal';
import { checkoutRoutes } from './resources/checkouts';
import { customerExtraRoutes } from './resources/customer.extras';
import { customerRoutes } from './resources/customers';
import { localizedPriceRoutes } from './resources/localized-prices';
import { disputeRoutes } from './resources/disputes';
import { paymentRoutes } from './resources/payments';
import { productRoutes } from './resources/products';
import { refundRoutes } from './resources/refunds';
import { shortLinkRoutes } from './resources/short-links';
import { subscriptionRoutes } from './resources/subscriptions';
import { walletRoutes } from './resources/wallets';
import { webhookRoutes } from './resources/webhooks';
import { seed } from './seed';
import { Store } from './store';
import { Dispatcher } from './webhooks/dispatcher';

export interface SandboxOptions {
  /** 0 takes a free one. */
  port?: number;
  host?: string;
  /** Where everything is kept; null keeps it in memory only. */
  dataDir?: string | null;
  logger?: Logger;
}

export interface Sandbox {
  url: string;
  port: number;
  close(): Promise<void>;
}

const quiet: Logger = {
  info: () => undefined,
  error: (message, cause) => console.error(message, cause),
};

/** Starts a sandbox of its own: several can run in one process. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', dataDir = null, logger = quiet } = options;
  await refuseTakenPort(port, host);
  const store = new Store(dataDir);
  const ctx: Context = {
    store,
    clock: new Clock(storedOffset({ store })),
    switches: new Switches(store),
    logger,
    baseUrl: '',
  };
  const dispatcher = new Dispatcher(ctx);
  const driver = new Driver(ctx, dispatcher);
  seed(ctx);
  const app = buildApp(ctx, routesOf(ctx, driver, dispatcher));
  await app.listen({ port, host });
  const bound = app.server.address() as AddressInfo;
  ctx.baseUrl = `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
  driver.start();
  return {
    url: ctx.baseUrl,
    port: bound.port,
    async close() {
      driver.stop();
      await dispatcher.close();
      await app.close();
      store.flush();
    },
  };
}

/** Before the data is touched: it may belong to the sandbox that has the port. */
async function refuseTakenPort(port: number, host: string): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

function routesOf(ctx: Context, driver: Driver, dispatcher: Dispatcher): Routes {
  return {
    api: [
      ...productRoutes(ctx),
      ...shortLinkRoutes(ctx),
      ...localizedPriceRoutes(ctx),
      ...checkoutRoutes(ctx),
      ...paymentRoutes(ctx),
      ...refundRoutes(ctx),
      ...disputeRoutes(ctx),
      ...subscriptionRoutes(ctx),
      ...customerRoutes(ctx),
      ...customerExtraRoutes(ctx),
      ...walletRoutes(ctx),
      ...webhookRoutes(ctx),
    ],
    control: [
      ...clockRoutes(ctx, driver),
      ...bookRoutes(ctx, driver, dispatcher),
      ...faultRoutes(ctx),
      ...payRoutes(ctx),
      ...disputeControlRoutes(ctx),
      ...deliveryRoutes(ctx),
    ],
    pages: [
      ...checkoutPageRoutes(ctx),
      ...paymentMethodRoutes(ctx),
      ...portalRoutes(ctx),
      ...invoiceRoutes(ctx),
      ...overviewRoutes(ctx, driver),
    ],
  };
}
