// Made by `npm run client:types` from what the service emits at /openapi.json: not to be edited.

export interface paths {
  '/api-keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the keys
     * @description All keys of the organization, newest first, expired ones included.
     */
    get: operations['listApiKeys'];
    put?: never;
    /**
     * Create a key
     * @description The whole key is in this answer and nowhere else. A key can hand out the scopes that it has itself; those of the rest of the Autoposting API are stored and gate nothing here. What a key makes does not outlast it.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['createApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api-keys/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke a key
     * @description It stops working at once, everywhere, with the secret that a rotation may have left in grace. A scope that no other key with `keys:write` has can be handed out by none of them from then on: only the operator can.
     */
    delete: operations['revokeApiKey'];
    options?: never;
    head?: never;
    /**
     * Rename a key, or change its expiry
     * @description What is not sent stays as it is; `expiresAt: null` removes the expiry. A later end, or none, can be given to a key that can do no more than the one that gives it, up to the end of that one. So a key that expires can not lengthen its own life.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    patch: operations['updateApiKey'];
    trace?: never;
  };
  '/api-keys/{id}/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Replace the secret of a key
     * @description Name, scopes and expiry stay. The old secret works for `graceSeconds` more, so that a running client can change over, and makes or lengthens no key beyond that; without grace it stops at once. Rotating again ends an earlier grace. A key can rotate itself, and those that can do no more than it and do not outlast it.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['rotateApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/auth/profile': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Who this credential is
     * @description The API key by its id, and the organization that it acts for. Any valid key may ask.
     */
    get: operations['getProfile'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel the subscription
     * @description By default at the end of the period that is paid: access lasts until then, and it can be taken back. `now` ends subscription and access at once, and so does either for one that is past due, on hold or paused: nothing more is charged for it. Where several are live, all of them end. Answers the billing status.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['cancelBillingSubscription'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/change-plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Change plan
     * @description A more expensive plan starts at once and the difference is charged; a cheaper one, or one in another currency, starts at the next billing date, unless a more expensive one is asked for before that. In the free trial either starts at once, nothing is charged, and the trial goes on.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['changeBillingPlan'];
    /**
     * Withdraw a scheduled plan change
     * @description The subscription stays on its plan. Answers the billing status.
     */
    delete: operations['withdrawBillingPlanChange'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/checkout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Create checkout session
     * @description Opens one Dodo Payments checkout for two things: a $1 setup fee and a subscription that starts with a free trial of 3 days. Once it has been paid, the webhook handler finds the fee by itself and gives it back. Whoever has had the trial buys the subscription alone.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['createBillingCheckout'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/credit-summary': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Credits by category
     * @description What was spent in the running period, by category. Suspended organizations may ask too.
     */
    get: operations['getCreditSummary'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/credits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Credit balance
     * @description What is left, what the plan gives for each period that is paid, and what was spent lately. An allocation does not roll over; purchased credits never expire and are spent last. Suspended organizations may ask too.
     */
    get: operations['getCredits'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/credits/consume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Spend credits
     * @description Takes them of the allocation first, then of purchased packs: all of them or none. Send an `Idempotency-Key` to repeat the call safely: the same key with the same body gets the same answer, with `Idempotency-Replayed: true`, and nothing is spent twice. A key stays taken for good; a refusal frees it.
     */
    post: operations['consumeCredits'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/credits/purchase': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Buy a credit pack
     * @description Opens a Dodo Payments checkout for one pack, without a setup fee. Its credits are there as soon as it is paid, once; they never expire.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['purchaseCredits'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Payments, refunds and plan changes
     * @description Newest first. Suspended organizations may ask too.
     */
    get: operations['listBillingHistory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/plans': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The plan catalogue
     * @description Every plan that is on sale, in the order in which to show them.
     */
    get: operations['listBillingPlans'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/portal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Open the customer portal
     * @description A link that logs the customer in to the portal of Dodo Payments: cards, invoices, cancellation. It is valid for 24 hours and a secret. Open to suspended organizations.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['openBillingPortal'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/reactivate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Come back after a suspension
     * @description For suspended organizations. On hold or past due: a page where the customer gives another card and pays what is owed. Cancelled or expired: a new checkout, without a second trial and without a setup fee. Whoever has paid one of the last day gets 409, also when no webhook has come yet; one that was left unpaid is in nobody’s way.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['reactivateBilling'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Take back a cancellation
     * @description For a cancellation that has not taken effect. Answers the billing status.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['resumeBillingSubscription'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Plan and state
     * @description Which plan the organization has and where its subscription stands. Suspended organizations may ask too.
     */
    get: operations['getBillingStatus'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/billing/verify-checkout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Confirm a checkout
     * @description Called when the customer is back: asks Dodo what has become of the session and starts the trial, also when no webhook has come yet. Calling it again is harmless; an `Idempotency-Key` keeps the answer once it is settled.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['verifyBillingCheckout'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Is the service up
     * @description Answers 200 while the service and its database work.
     */
    get: operations['getHealth'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Is this process alive
     * @description Answers 200 as long as the process can answer at all. Whether it should be restarted depends on nothing else, so a database that is away is no reason.
     */
    get: operations['getLiveness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Should this process be sent requests
     * @description Answers 200 while the database answers, has all migrations, and the job queue is there. From the moment that a stop begins it answers 503. Dodo Payments does not matter here.
     */
    get: operations['getReadiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/operator/dodo-events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What Dodo has sent
     * @description The inbox, newest first, without the bodies.
     */
    get: operations['listDodoEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/operator/dodo-events/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One event
     * @description With what Dodo sent.
     */
    get: operations['getDodoEvent'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/operator/dodo-events/{id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Follow an event once more
     * @description Makes it pending, whatever it is, and puts it on the queue. Following one again does no harm.
     */
    post: operations['replayDodoEvent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/operator/dodo-events/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Follow many events once more
     * @description Makes all that fit pending, oldest first, and spreads them over time, so that calls to Dodo stay within its limits. Events of types that nothing follows are left as they are.
     */
    post: operations['replayDodoEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/operator/reconcile': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Compare with Dodo, and mend
     * @description Reads what Dodo has, within its rate limit, and mends what is different here: subscriptions, payments with their disputes, and refunds. Joins the one that is running, if any. Answers at its end, or after 20 seconds with `status` running: it goes on then. A refund that Dodo could not carry out is asked for again at once.
     */
    post: operations['reconcile'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/operator/reconciliations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The comparisons with Dodo
     * @description Newest first, on schedule and on command.
     */
    get: operations['listReconciliations'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/operator/reconciliations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One comparison
     * @description With a page of what it has found.
     */
    get: operations['getReconciliation'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/organizations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the organizations
     * @description Newest first.
     */
    get: operations['listOrganizations'];
    put?: never;
    /**
     * Create an organization
     * @description Makes an organization and its first key, which may do everything and is shown this once.
     */
    post: operations['createOrganization'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/organizations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One organization
     * @description As it is now.
     */
    get: operations['getOrganization'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/organizations/{id}/adopt': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Take over a customer from before
     * @description Binds the organization to the customer that it has at Dodo already, and reads in that customer’s subscriptions and payments; `billingStatus` follows within seconds. Nothing is charged, and a trial that was had is not had again. A setup fee that the customer has paid and not got back is given back. Calling it again reads them in again.
     */
    post: operations['adoptDodoCustomer'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the endpoints
     * @description All endpoints of the organization, newest first.
     */
    get: operations['listWebhooks'];
    put?: never;
    /**
     * Register an endpoint
     * @description Events are posted to it as `{id, event, timestamp, orgId, data}`, signed by Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`) and by `X-Autoposting-Signature`: HMAC-SHA256 of `timestamp.rawBody` in hex. What is not answered with 2xx within ten seconds is tried again after about 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h. An event can come more than once: its `id` stays the same.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['createWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One endpoint
     * @description As it is now; `disabledReason` says why it was switched off by us, if it was.
     */
    get: operations['getWebhook'];
    put?: never;
    post?: never;
    /**
     * Remove an endpoint
     * @description With its log, and with what was still to be sent.
     */
    delete: operations['deleteWebhook'];
    options?: never;
    head?: never;
    /**
     * Change an endpoint
     * @description What is not sent stays as it is. While it is switched off, nothing new is sent to it; what was waiting goes out when it is switched on again.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    patch: operations['updateWebhook'];
    trace?: never;
  };
  '/webhooks/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What became of the deliveries
     * @description Newest first, for 30 days: each event on its way to this endpoint, and every try.
     */
    get: operations['listWebhookDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/{id}/deliveries/{deliveryId}/redeliver': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send an event again
     * @description The same event with the same id, at once; if that fails, on the whole schedule.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['redeliverWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/{id}/rotate-secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Replace the signing secret
     * @description For 24 hours both secrets sign: `webhook-signature` and `X-Autoposting-Signature` then carry two signatures, the new one first. Rotating again within that time ends the older one.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['rotateWebhookSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test event
     * @description Sends `webhook.test` now, once, and says what came of it. The endpoint may be switched off, and need not be subscribed to it.
     *
     *     Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.
     */
    post: operations['testWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/webhooks/dodo': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Receive an event from Dodo Payments
     * @description Standard Webhooks posts of Dodo Payments. The signature is the credential. Answers 200 once the event is committed, whatever its type; the same `webhook-id` is stored once.
     */
    post: operations['receiveDodoWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    CheckoutSession: {
      /** Format: uri */
      checkoutUrl: string;
      sessionId: string;
    };
    ErrorResponse: {
      error: string;
      message: string;
      /** @constant */
      success: false;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listApiKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The keys. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": [
           *         {
           *           "id": "key_4fPxYb2Lr8Kd0QmZs7TnVw",
           *           "name": "Production",
           *           "scopes": [
           *             "billing:read",
           *             "billing:write"
           *           ],
           *           "expiresAt": null,
           *           "createdAt": "2026-11-23T12:00:00.000Z",
           *           "keyHint": "sk-social-abc1…xyz7",
           *           "lastUsedAt": "2026-11-23T12:34:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            data: {
              /**
               * Format: date-time
               * @description When it was made.
               */
              createdAt: string;
              /**
               * Format: date-time
               * @description When it stops working; null for never.
               */
              expiresAt: string | null;
              id: string;
              /** @description Beginning and end of the secret. */
              keyHint: string;
              /**
               * Format: date-time
               * @description When it was last used, to the minute; null if never.
               */
              lastUsedAt: string | null;
              name: string;
              scopes: string[];
            }[];
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  createApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Production",
         *       "scopes": [
         *         "billing:read",
         *         "billing:write"
         *       ],
         *       "expiresAt": null
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description When the key stops working: in the future, no later than the key that sets it, by the year 9999; null for never.
           */
          expiresAt?: string | null;
          /** @description What the key is for. */
          name: string;
          /** @description What the key may do: no more than the key that makes it. */
          scopes: (
            | 'billing:read'
            | 'billing:write'
            | 'keys:write'
            | 'webhooks:read'
            | 'webhooks:write'
            | 'posts:read'
            | 'posts:write'
            | 'brands:read'
            | 'brands:write'
            | 'clips:read'
            | 'clips:write'
            | 'carousels:read'
            | 'carousels:write'
            | 'agents:read'
            | 'agents:write'
            | 'kb:read'
            | 'kb:write'
            | 'usage:read'
          )[];
        };
      };
    };
    responses: {
      /** @description The key, shown this once. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "key_4fPxYb2Lr8Kd0QmZs7TnVw",
           *         "name": "Production",
           *         "scopes": [
           *           "billing:read",
           *           "billing:write"
           *         ],
           *         "expiresAt": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "key": "sk-social-abc1…xyz7"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /**
               * Format: date-time
               * @description When it was made.
               */
              createdAt: string;
              /**
               * Format: date-time
               * @description When it stops working; null for never.
               */
              expiresAt: string | null;
              id: string;
              /** @description The whole key. It is shown this once. */
              key: string;
              name: string;
              scopes: string[];
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  revokeApiKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The key is gone. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  updateApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Production, EU",
         *       "expiresAt": "2027-11-23T12:00:00Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description When the key stops working: in the future, no later than the key that sets it, by the year 9999; null for never.
           */
          expiresAt?: string | null;
          /** @description A new name. */
          name?: string;
        };
      };
    };
    responses: {
      /** @description The key as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "key_4fPxYb2Lr8Kd0QmZs7TnVw",
           *         "name": "Production",
           *         "scopes": [
           *           "billing:read",
           *           "billing:write"
           *         ],
           *         "expiresAt": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "keyHint": "sk-social-abc1…xyz7",
           *         "lastUsedAt": "2026-11-23T12:34:00.000Z",
           *         "updatedAt": "2026-11-24T09:00:00.000Z"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /**
               * Format: date-time
               * @description When it was made.
               */
              createdAt: string;
              /**
               * Format: date-time
               * @description When it stops working; null for never.
               */
              expiresAt: string | null;
              id: string;
              /** @description Beginning and end of the secret. */
              keyHint: string;
              /**
               * Format: date-time
               * @description When it was last used, to the minute; null if never.
               */
              lastUsedAt: string | null;
              name: string;
              scopes: string[];
              /**
               * Format: date-time
               * @description When it was last changed.
               */
              updatedAt: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  rotateApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "graceSeconds": 3600
         *     }
         */
        'application/json': {
          /**
           * @description For how long the old secret works as well.
           * @default 0
           */
          graceSeconds?: number;
        };
      };
    };
    responses: {
      /** @description The key with its new secret, shown this once. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "key_4fPxYb2Lr8Kd0QmZs7TnVw",
           *         "name": "Production",
           *         "scopes": [
           *           "billing:read",
           *           "billing:write"
           *         ],
           *         "expiresAt": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "key": "sk-social-abc1…xyz7"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /**
               * Format: date-time
               * @description When it was made.
               */
              createdAt: string;
              /**
               * Format: date-time
               * @description When it stops working; null for never.
               */
              expiresAt: string | null;
              id: string;
              /** @description The whole key. It is shown this once. */
              key: string;
              name: string;
              scopes: string[];
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getProfile: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The credential. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "key_4fPxYb2Lr8Kd0QmZs7TnVw",
           *         "orgId": "org_7TnVw4fPxYb2Lr8Kd0QmZs",
           *         "name": "Acme",
           *         "email": "billing@acme.com",
           *         "authType": "api_key"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @constant */
              authType: 'api_key';
              /**
               * Format: email
               * @description Its e-mail address.
               */
              email: string;
              /** @description Id of the API key. */
              id: string;
              /** @description Name of the organization. */
              name: string;
              /** @description Id of the organization. */
              orgId: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  cancelBillingSubscription: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "when": "period_end",
         *       "reason": "too_expensive",
         *       "comment": "Back in spring."
         *     }
         */
        'application/json': {
          /** @description In the customer’s own words. */
          comment?: string;
          /**
           * @description Why.
           * @enum {string}
           */
          reason?:
            | 'too_expensive'
            | 'missing_features'
            | 'switched_service'
            | 'unused'
            | 'customer_service'
            | 'low_quality'
            | 'too_complex'
            | 'other';
          /**
           * @description At the end of the period that is paid, which is the default, or at once.
           * @default period_end
           * @enum {string}
           */
          when?: 'period_end' | 'now';
        };
      };
    };
    responses: {
      /** @description The billing status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "plan": "plan_pro",
           *         "planName": "Pro",
           *         "billingCycle": "monthly",
           *         "status": "trialing",
           *         "currentPeriodStart": "2026-11-23T12:00:00.000Z",
           *         "currentPeriodEnd": "2026-11-26T12:00:00.000Z",
           *         "trialEnd": "2026-11-26T12:00:00.000Z",
           *         "isTrialing": true,
           *         "cancelledAt": null,
           *         "cancelAtPeriodEnd": false,
           *         "suspendedAt": null,
           *         "pendingPlan": null,
           *         "pendingChangeDate": null,
           *         "dodoCustomerId": "cus_123",
           *         "setupFeeVerified": true,
           *         "accountLimit": 20,
           *         "accountsUsed": 0,
           *         "creditBalance": 2000,
           *         "costMultiplier": 1
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Social accounts that the plan allows; -1 for any number. */
              accountLimit: number | null;
              /** @description Social accounts in use. */
              accountsUsed: number;
              /**
               * @description How often it is paid for.
               * @enum {string|null}
               */
              billingCycle: 'daily' | 'weekly' | 'monthly' | 'yearly' | null;
              /** @description Whether the subscription ends with the running period; `POST /billing/resume` takes that back. */
              cancelAtPeriodEnd: boolean;
              /**
               * Format: date-time
               * @description When the subscription was cancelled.
               */
              cancelledAt: string | null;
              /** @description Factor on the credit cost of every action. */
              costMultiplier: number;
              /** @description Credits left. */
              creditBalance: number;
              /**
               * Format: date-time
               * @description End of the running period: the next billing date.
               */
              currentPeriodEnd: string | null;
              /**
               * Format: date-time
               * @description Start of the running period.
               */
              currentPeriodStart: string | null;
              /** @description The customer at Dodo Payments. */
              dodoCustomerId: string | null;
              /** @description Whether the free trial is running. */
              isTrialing: boolean;
              /**
               * Format: date-time
               * @description When the scheduled change takes effect.
               */
              pendingChangeDate: string | null;
              /** @description The plan that a scheduled change leads to. */
              pendingPlan: string | null;
              /** @description Id of the plan; null before the first subscription. */
              plan: string | null;
              /** @description Its name. */
              planName: string | null;
              /** @description Whether the setup fee has been paid (it is refunded then). */
              setupFeeVerified: boolean;
              /**
               * @description `trialing` while the free trial runs; otherwise the status of the subscription.
               * @enum {string|null}
               */
              status:
                | 'trialing'
                | 'active'
                | 'pending'
                | 'past_due'
                | 'on_hold'
                | 'paused'
                | 'cancelled'
                | 'expired'
                | 'failed'
                | 'unknown'
                | null;
              /**
               * Format: date-time
               * @description Since when access is suspended; null while it is not.
               */
              suspendedAt: string | null;
              /**
               * Format: date-time
               * @description When the trial ends; null outside a trial.
               */
              trialEnd: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  changeBillingPlan: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "planId": "plan_business"
         *     }
         */
        'application/json': {
          /** @description The plan to move to. */
          planId: string;
        };
      };
    };
    responses: {
      /** @description The plan, or when it will change. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "currentPlanId": "plan_pro",
           *         "pendingPlanId": "plan_starter",
           *         "effectiveAt": "2026-12-23T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description The plan as of now. */
              currentPlanId: string | null;
              /** Format: date-time */
              effectiveAt: string;
              /** @description The plan from `effectiveAt` on; null when it is the current one already. */
              pendingPlanId: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  withdrawBillingPlanChange: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The billing status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "plan": "plan_pro",
           *         "planName": "Pro",
           *         "billingCycle": "monthly",
           *         "status": "trialing",
           *         "currentPeriodStart": "2026-11-23T12:00:00.000Z",
           *         "currentPeriodEnd": "2026-11-26T12:00:00.000Z",
           *         "trialEnd": "2026-11-26T12:00:00.000Z",
           *         "isTrialing": true,
           *         "cancelledAt": null,
           *         "cancelAtPeriodEnd": false,
           *         "suspendedAt": null,
           *         "pendingPlan": null,
           *         "pendingChangeDate": null,
           *         "dodoCustomerId": "cus_123",
           *         "setupFeeVerified": true,
           *         "accountLimit": 20,
           *         "accountsUsed": 0,
           *         "creditBalance": 2000,
           *         "costMultiplier": 1
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Social accounts that the plan allows; -1 for any number. */
              accountLimit: number | null;
              /** @description Social accounts in use. */
              accountsUsed: number;
              /**
               * @description How often it is paid for.
               * @enum {string|null}
               */
              billingCycle: 'daily' | 'weekly' | 'monthly' | 'yearly' | null;
              /** @description Whether the subscription ends with the running period; `POST /billing/resume` takes that back. */
              cancelAtPeriodEnd: boolean;
              /**
               * Format: date-time
               * @description When the subscription was cancelled.
               */
              cancelledAt: string | null;
              /** @description Factor on the credit cost of every action. */
              costMultiplier: number;
              /** @description Credits left. */
              creditBalance: number;
              /**
               * Format: date-time
               * @description End of the running period: the next billing date.
               */
              currentPeriodEnd: string | null;
              /**
               * Format: date-time
               * @description Start of the running period.
               */
              currentPeriodStart: string | null;
              /** @description The customer at Dodo Payments. */
              dodoCustomerId: string | null;
              /** @description Whether the free trial is running. */
              isTrialing: boolean;
              /**
               * Format: date-time
               * @description When the scheduled change takes effect.
               */
              pendingChangeDate: string | null;
              /** @description The plan that a scheduled change leads to. */
              pendingPlan: string | null;
              /** @description Id of the plan; null before the first subscription. */
              plan: string | null;
              /** @description Its name. */
              planName: string | null;
              /** @description Whether the setup fee has been paid (it is refunded then). */
              setupFeeVerified: boolean;
              /**
               * @description `trialing` while the free trial runs; otherwise the status of the subscription.
               * @enum {string|null}
               */
              status:
                | 'trialing'
                | 'active'
                | 'pending'
                | 'past_due'
                | 'on_hold'
                | 'paused'
                | 'cancelled'
                | 'expired'
                | 'failed'
                | 'unknown'
                | null;
              /**
               * Format: date-time
               * @description Since when access is suspended; null while it is not.
               */
              suspendedAt: string | null;
              /**
               * Format: date-time
               * @description When the trial ends; null outside a trial.
               */
              trialEnd: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  createBillingCheckout: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "planId": "plan_pro",
         *       "successUrl": "https://app.acme.com/billing/success",
         *       "cancelUrl": "https://app.acme.com/billing/cancel"
         *     }
         */
        'application/json': {
          /**
           * Format: uri
           * @description Where the customer goes without paying.
           */
          cancelUrl: string;
          /** @description The plan to buy. */
          planId: string;
          /**
           * Format: uri
           * @description Where the customer goes after paying; `session_id` is set in its query.
           */
          successUrl: string;
        };
      };
    };
    responses: {
      /** @description The checkout is open: send the customer to `checkoutUrl`. Headers: `X-Request-Id`, `X-RateLimit-Limit`, `X-RateLimit-Remaining`, `X-RateLimit-Reset`, `Idempotency-Replayed`. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "checkoutUrl": "https://checkout.dodopayments.com/c/pay_abc123",
           *         "sessionId": "cs_abc123"
           *       }
           *     }
           */
          'application/json': {
            data: components['schemas']['CheckoutSession'];
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getCreditSummary: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The summary. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "balance": 1975,
           *         "monthlyAllocation": 2000,
           *         "used": 25,
           *         "breakdown": {
           *           "posts.generate": 25
           *         },
           *         "resetAt": "2026-12-23T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Credits left: of the allocation and of purchased packs together. */
              balance: number;
              /** @description The same by category. */
              breakdown: {
                [key: string]: number;
              };
              /** @description What the plan gave for the running period; 0 when none is running. */
              monthlyAllocation: number;
              /**
               * Format: date-time
               * @description End of the running period; what is left of its allocation lapses when the next one is paid.
               */
              resetAt: string | null;
              /** @description Credits spent in the running period. */
              used: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getCredits: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The balance. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "balance": 1975,
           *         "balanceFormatted": "1,975",
           *         "monthlyAllocation": 2000,
           *         "resetAt": "2026-12-23T12:00:00.000Z",
           *         "recentUsage": [
           *           {
           *             "date": "2026-11-24T09:30:00.000Z",
           *             "description": "Five posts for spring",
           *             "amount": 25,
           *             "type": "posts.generate"
           *           }
           *         ],
           *         "totalSpent30d": 25
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Credits left: of the allocation and of purchased packs together. */
              balance: number;
              /** @description The balance for people, such as `1,975`. */
              balanceFormatted: string;
              /** @description What the plan gave for the running period; 0 when none is running. */
              monthlyAllocation: number;
              /** @description The latest 20 consumptions, newest first. */
              recentUsage: {
                /** @description Credits spent. */
                amount: number;
                /** Format: date-time */
                date: string;
                /** @description Its description, or else its category. */
                description: string;
                /** @description Its category. */
                type: string;
              }[];
              /**
               * Format: date-time
               * @description End of the running period; what is left of its allocation lapses when the next one is paid.
               */
              resetAt: string | null;
              /** @description Credits spent in the last 30 days. */
              totalSpent30d: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  consumeCredits: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this consumption, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": 25,
         *       "category": "posts.generate",
         *       "description": "Five posts for spring"
         *     }
         */
        'application/json': {
          /** @description How many credits to spend. */
          amount: number;
          /** @description What they are spent on: the summary adds up by it. */
          category: string;
          /** @description For people who read the usage. */
          description?: string;
        };
      };
    };
    responses: {
      /** @description The credits are spent. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "balance": 1975,
           *         "entryId": "cre_abc123"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Credits left after this. */
              balance: number;
              /** @description Names this consumption in the ledger. */
              entryId: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  purchaseCredits: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "packId": "pack_1000",
         *       "successUrl": "https://app.acme.com/billing/success",
         *       "cancelUrl": "https://app.acme.com/billing/cancel"
         *     }
         */
        'application/json': {
          /**
           * Format: uri
           * @description Where the customer goes without paying.
           */
          cancelUrl: string;
          /** @description The pack to buy. */
          packId: string;
          /**
           * Format: uri
           * @description Where the customer goes after paying; `session_id` is set in its query.
           */
          successUrl: string;
        };
      };
    };
    responses: {
      /** @description The checkout is open: send the customer to `checkoutUrl`. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "checkoutUrl": "https://checkout.dodopayments.com/c/pay_abc123",
           *         "sessionId": "cs_abc123"
           *       }
           *     }
           */
          'application/json': {
            data: components['schemas']['CheckoutSession'];
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  listBillingHistory: {
    parameters: {
      query?: {
        /** @description How many to answer. */
        limit?: number;
        /** @description How many to skip. */
        offset?: number;
        /** @description Only entries of this type. */
        type?: 'payment' | 'refund' | 'plan_change';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of the history. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "items": [
           *           {
           *             "id": "rfd_4fPq0Zt8Yb1sWc7Kd2Xa9e",
           *             "type": "refund",
           *             "status": "succeeded",
           *             "amount": 100,
           *             "currency": "USD",
           *             "description": "Setup fee given back",
           *             "invoiceUrl": null,
           *             "createdAt": "2026-11-23T12:00:02.000Z"
           *           }
           *         ],
           *         "total": 1,
           *         "limit": 50,
           *         "offset": 0
           *       }
           *     }
           */
          'application/json': {
            data: {
              items: {
                /** @description In minor units: cents for USD. */
                amount: number | null;
                /** Format: date-time */
                createdAt: string;
                currency: string | null;
                description: string;
                id: string;
                /** Format: uri */
                invoiceUrl: string | null;
                /** @description State of the payment or refund; `done` for a plan change. */
                status: string;
                /** @enum {string} */
                type: 'payment' | 'refund' | 'plan_change';
              }[];
              limit: number;
              offset: number;
              /** @description How many there are, whatever the page. */
              total: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  listBillingPlans: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The plans. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": [
           *         {
           *           "id": "plan_pro",
           *           "name": "Pro",
           *           "price": {
           *             "amount": 4900,
           *             "currency": "USD"
           *           },
           *           "interval": "month",
           *           "trialDays": 3,
           *           "setupFee": {
           *             "amount": 100,
           *             "currency": "USD"
           *           },
           *           "monthlyCredits": 2000,
           *           "accountLimit": 20
           *         }
           *       ]
           *     }
           */
          'application/json': {
            data: {
              /** @description Social accounts; -1 for any number. */
              accountLimit: number;
              id: string;
              /** @enum {string} */
              interval: 'day' | 'week' | 'month' | 'year';
              monthlyCredits: number;
              name: string;
              /** @description What each period costs. */
              price: {
                /** @description In minor units: cents for USD. */
                amount: number;
                /** @description ISO 4217. */
                currency: string;
              };
              /** @description What a first checkout charges beside it, and gives back. */
              setupFee: {
                /** @description In minor units: cents for USD. */
                amount: number;
                /** @description ISO 4217. */
                currency: string;
              };
              /** @description Days of free trial of a first subscription. */
              trialDays: number;
            }[];
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  openBillingPortal: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "returnUrl": "https://app.acme.com/billing"
         *     }
         */
        'application/json': {
          /**
           * Format: uri
           * @description Where the portal’s way back leads.
           */
          returnUrl?: string;
        };
      };
    };
    responses: {
      /** @description The link. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "url": "https://customer.dodopayments.com/session/abc123"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** Format: uri */
              url: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  reactivateBilling: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "planId": "plan_pro",
         *       "successUrl": "https://app.acme.com/billing/success",
         *       "cancelUrl": "https://app.acme.com/billing/cancel"
         *     }
         */
        'application/json': {
          /**
           * Format: uri
           * @description Where the customer goes without paying.
           */
          cancelUrl: string;
          /** @description For a subscription that has ended: the plan to come back to. Left out, it is the last one. */
          planId?: string;
          /**
           * Format: uri
           * @description Where the customer goes afterwards; `session_id` is set in its query.
           */
          successUrl: string;
        };
      };
    };
    responses: {
      /** @description Where to send the customer. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "checkoutUrl": "https://checkout.dodopayments.com/c/pay_abc123",
           *         "sessionId": "cs_abc123"
           *       }
           *     }
           */
          'application/json': {
            data: components['schemas']['CheckoutSession'];
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  resumeBillingSubscription: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The billing status. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "plan": "plan_pro",
           *         "planName": "Pro",
           *         "billingCycle": "monthly",
           *         "status": "trialing",
           *         "currentPeriodStart": "2026-11-23T12:00:00.000Z",
           *         "currentPeriodEnd": "2026-11-26T12:00:00.000Z",
           *         "trialEnd": "2026-11-26T12:00:00.000Z",
           *         "isTrialing": true,
           *         "cancelledAt": null,
           *         "cancelAtPeriodEnd": false,
           *         "suspendedAt": null,
           *         "pendingPlan": null,
           *         "pendingChangeDate": null,
           *         "dodoCustomerId": "cus_123",
           *         "setupFeeVerified": true,
           *         "accountLimit": 20,
           *         "accountsUsed": 0,
           *         "creditBalance": 2000,
           *         "costMultiplier": 1
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Social accounts that the plan allows; -1 for any number. */
              accountLimit: number | null;
              /** @description Social accounts in use. */
              accountsUsed: number;
              /**
               * @description How often it is paid for.
               * @enum {string|null}
               */
              billingCycle: 'daily' | 'weekly' | 'monthly' | 'yearly' | null;
              /** @description Whether the subscription ends with the running period; `POST /billing/resume` takes that back. */
              cancelAtPeriodEnd: boolean;
              /**
               * Format: date-time
               * @description When the subscription was cancelled.
               */
              cancelledAt: string | null;
              /** @description Factor on the credit cost of every action. */
              costMultiplier: number;
              /** @description Credits left. */
              creditBalance: number;
              /**
               * Format: date-time
               * @description End of the running period: the next billing date.
               */
              currentPeriodEnd: string | null;
              /**
               * Format: date-time
               * @description Start of the running period.
               */
              currentPeriodStart: string | null;
              /** @description The customer at Dodo Payments. */
              dodoCustomerId: string | null;
              /** @description Whether the free trial is running. */
              isTrialing: boolean;
              /**
               * Format: date-time
               * @description When the scheduled change takes effect.
               */
              pendingChangeDate: string | null;
              /** @description The plan that a scheduled change leads to. */
              pendingPlan: string | null;
              /** @description Id of the plan; null before the first subscription. */
              plan: string | null;
              /** @description Its name. */
              planName: string | null;
              /** @description Whether the setup fee has been paid (it is refunded then). */
              setupFeeVerified: boolean;
              /**
               * @description `trialing` while the free trial runs; otherwise the status of the subscription.
               * @enum {string|null}
               */
              status:
                | 'trialing'
                | 'active'
                | 'pending'
                | 'past_due'
                | 'on_hold'
                | 'paused'
                | 'cancelled'
                | 'expired'
                | 'failed'
                | 'unknown'
                | null;
              /**
               * Format: date-time
               * @description Since when access is suspended; null while it is not.
               */
              suspendedAt: string | null;
              /**
               * Format: date-time
               * @description When the trial ends; null outside a trial.
               */
              trialEnd: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getBillingStatus: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Where the organization stands. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "plan": "plan_pro",
           *         "planName": "Pro",
           *         "billingCycle": "monthly",
           *         "status": "trialing",
           *         "currentPeriodStart": "2026-11-23T12:00:00.000Z",
           *         "currentPeriodEnd": "2026-11-26T12:00:00.000Z",
           *         "trialEnd": "2026-11-26T12:00:00.000Z",
           *         "isTrialing": true,
           *         "cancelledAt": null,
           *         "cancelAtPeriodEnd": false,
           *         "suspendedAt": null,
           *         "pendingPlan": null,
           *         "pendingChangeDate": null,
           *         "dodoCustomerId": "cus_123",
           *         "setupFeeVerified": true,
           *         "accountLimit": 20,
           *         "accountsUsed": 0,
           *         "creditBalance": 2000,
           *         "costMultiplier": 1
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Social accounts that the plan allows; -1 for any number. */
              accountLimit: number | null;
              /** @description Social accounts in use. */
              accountsUsed: number;
              /**
               * @description How often it is paid for.
               * @enum {string|null}
               */
              billingCycle: 'daily' | 'weekly' | 'monthly' | 'yearly' | null;
              /** @description Whether the subscription ends with the running period; `POST /billing/resume` takes that back. */
              cancelAtPeriodEnd: boolean;
              /**
               * Format: date-time
               * @description When the subscription was cancelled.
               */
              cancelledAt: string | null;
              /** @description Factor on the credit cost of every action. */
              costMultiplier: number;
              /** @description Credits left. */
              creditBalance: number;
              /**
               * Format: date-time
               * @description End of the running period: the next billing date.
               */
              currentPeriodEnd: string | null;
              /**
               * Format: date-time
               * @description Start of the running period.
               */
              currentPeriodStart: string | null;
              /** @description The customer at Dodo Payments. */
              dodoCustomerId: string | null;
              /** @description Whether the free trial is running. */
              isTrialing: boolean;
              /**
               * Format: date-time
               * @description When the scheduled change takes effect.
               */
              pendingChangeDate: string | null;
              /** @description The plan that a scheduled change leads to. */
              pendingPlan: string | null;
              /** @description Id of the plan; null before the first subscription. */
              plan: string | null;
              /** @description Its name. */
              planName: string | null;
              /** @description Whether the setup fee has been paid (it is refunded then). */
              setupFeeVerified: boolean;
              /**
               * @description `trialing` while the free trial runs; otherwise the status of the subscription.
               * @enum {string|null}
               */
              status:
                | 'trialing'
                | 'active'
                | 'pending'
                | 'past_due'
                | 'on_hold'
                | 'paused'
                | 'cancelled'
                | 'expired'
                | 'failed'
                | 'unknown'
                | null;
              /**
               * Format: date-time
               * @description Since when access is suspended; null while it is not.
               */
              suspendedAt: string | null;
              /**
               * Format: date-time
               * @description When the trial ends; null outside a trial.
               */
              trialEnd: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  verifyBillingCheckout: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "sessionId": "cs_abc123"
         *     }
         */
        'application/json': {
          /** @description The `session_id` that the success URL came back with; the id of the session at Dodo Payments will do. */
          sessionId: string;
        };
      };
    };
    responses: {
      /** @description What has become of the checkout. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "status": "trialing",
           *         "isTrialing": true,
           *         "trialEnd": "2026-11-26T12:00:00.000Z",
           *         "planId": "plan_pro",
           *         "setupFeeVerified": true
           *       }
           *     }
           */
          'application/json': {
            data: {
              isTrialing: boolean;
              /** @description The plan that the checkout is for; null for a credit pack. */
              planId: string | null;
              /** @description Whether the setup fee of this checkout has been paid. */
              setupFeeVerified: boolean;
              /** @description `unpaid` while the customer has not paid, `failed` when the payment has; `processing` until payment and subscription are through: ask again. Then the status of the subscription that was bought, `trialing` or `active` as a rule; a credit pack is `paid`. */
              status: string;
              /** Format: date-time */
              trialEnd: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getHealth: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The service works. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getLiveness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process is alive. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "status": "ok"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @constant */
              status: 'ok';
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getReadiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It should. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "status": "ok",
           *         "checks": {
           *           "database": "up",
           *           "migrations": "up",
           *           "queue": "up"
           *         }
           *       }
           *     }
           */
          'application/json': {
            data: {
              checks: {
                /** @constant */
                database: 'up';
                /** @constant */
                migrations: 'up';
                /** @constant */
                queue: 'up';
              };
              /** @constant */
              status: 'ok';
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  listDodoEvents: {
    parameters: {
      query?: {
        /** @description How many to answer. */
        limit?: number;
        /** @description How many to skip. */
        offset?: number;
        /** @description Only events in this state. */
        status?: 'pending' | 'processed' | 'ignored' | 'unmatched' | 'dead';
        /** @description Only events of this type, such as `payment.succeeded`. */
        type?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of events. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "items": [
           *           {
           *             "id": "42",
           *             "webhookId": "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
           *             "type": "payment.succeeded",
           *             "status": "dead",
           *             "attempts": 16,
           *             "error": "The payment provider did not answer.",
           *             "matchKeys": null,
           *             "eventAt": "2026-11-23T12:00:00.000Z",
           *             "receivedAt": "2026-11-23T12:00:01.000Z",
           *             "processedAt": null,
           *             "bodyRemovedAt": null
           *           }
           *         ],
           *         "total": 1,
           *         "limit": 50,
           *         "offset": 0
           *       }
           *     }
           */
          'application/json': {
            data: {
              items: {
                attempts: number;
                /**
                 * Format: date-time
                 * @description When what Dodo sent was removed: 90 days after it came, once it was followed.
                 */
                bodyRemovedAt: string | null;
                /** @description Why the last attempt failed. */
                error: string | null;
                /**
                 * Format: date-time
                 * @description When it happened, as Dodo says.
                 */
                eventAt: string | null;
                /** @description Our number for it. */
                id: string;
                /** @description What would tie an unmatched event to an organization. */
                matchKeys: string[] | null;
                /** Format: date-time */
                processedAt: string | null;
                /** Format: date-time */
                receivedAt: string;
                /**
                 * @description `pending`: to be followed; `processed`: followed; `ignored`: nothing follows its type; `unmatched`: it fits no organization yet; `dead`: given up.
                 * @enum {string}
                 */
                status: 'pending' | 'processed' | 'ignored' | 'unmatched' | 'dead';
                type: string;
                /** @description The `webhook-id` that Dodo gave it. */
                webhookId: string;
              }[];
              limit: number;
              offset: number;
              /** @description How many there are, whatever the page. */
              total: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getDodoEvent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The event. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "42",
           *         "webhookId": "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
           *         "type": "payment.succeeded",
           *         "status": "dead",
           *         "attempts": 16,
           *         "error": "The payment provider did not answer.",
           *         "matchKeys": null,
           *         "eventAt": "2026-11-23T12:00:00.000Z",
           *         "receivedAt": "2026-11-23T12:00:01.000Z",
           *         "processedAt": null,
           *         "bodyRemovedAt": null,
           *         "body": "{\"business_id\":\"bus_123\",\"type\":\"payment.succeeded\",\"data\":{\"payment_id\":\"pay_123\"}}"
           *       }
           *     }
           */
          'application/json': {
            data: {
              attempts: number;
              /** @description What Dodo sent, as text; null once that was removed. */
              body: string | null;
              /**
               * Format: date-time
               * @description When what Dodo sent was removed: 90 days after it came, once it was followed.
               */
              bodyRemovedAt: string | null;
              /** @description Why the last attempt failed. */
              error: string | null;
              /**
               * Format: date-time
               * @description When it happened, as Dodo says.
               */
              eventAt: string | null;
              /** @description Our number for it. */
              id: string;
              /** @description What would tie an unmatched event to an organization. */
              matchKeys: string[] | null;
              /** Format: date-time */
              processedAt: string | null;
              /** Format: date-time */
              receivedAt: string;
              /**
               * @description `pending`: to be followed; `processed`: followed; `ignored`: nothing follows its type; `unmatched`: it fits no organization yet; `dead`: given up.
               * @enum {string}
               */
              status: 'pending' | 'processed' | 'ignored' | 'unmatched' | 'dead';
              type: string;
              /** @description The `webhook-id` that Dodo gave it. */
              webhookId: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  replayDodoEvent: {
    parameters: {
      query?: never;
      header?: {
        /** @description Who makes the change, for the audit log. */
        'x-operator-name'?: string;
        /** @description Why, for the audit log. */
        'x-operator-reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The event as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "42",
           *         "webhookId": "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
           *         "type": "payment.succeeded",
           *         "status": "pending",
           *         "attempts": 16,
           *         "error": null,
           *         "matchKeys": null,
           *         "eventAt": "2026-11-23T12:00:00.000Z",
           *         "receivedAt": "2026-11-23T12:00:01.000Z",
           *         "processedAt": null,
           *         "bodyRemovedAt": null
           *       }
           *     }
           */
          'application/json': {
            data: {
              attempts: number;
              /**
               * Format: date-time
               * @description When what Dodo sent was removed: 90 days after it came, once it was followed.
               */
              bodyRemovedAt: string | null;
              /** @description Why the last attempt failed. */
              error: string | null;
              /**
               * Format: date-time
               * @description When it happened, as Dodo says.
               */
              eventAt: string | null;
              /** @description Our number for it. */
              id: string;
              /** @description What would tie an unmatched event to an organization. */
              matchKeys: string[] | null;
              /** Format: date-time */
              processedAt: string | null;
              /** Format: date-time */
              receivedAt: string;
              /**
               * @description `pending`: to be followed; `processed`: followed; `ignored`: nothing follows its type; `unmatched`: it fits no organization yet; `dead`: given up.
               * @enum {string}
               */
              status: 'pending' | 'processed' | 'ignored' | 'unmatched' | 'dead';
              type: string;
              /** @description The `webhook-id` that Dodo gave it. */
              webhookId: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  replayDodoEvents: {
    parameters: {
      query?: never;
      header?: {
        /** @description Who makes the change, for the audit log. */
        'x-operator-name'?: string;
        /** @description Why, for the audit log. */
        'x-operator-reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "status": "dead",
         *       "receivedFrom": "2026-11-22T00:00:00Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description Only events that came earlier.
           */
          receivedBefore?: string;
          /**
           * Format: date-time
           * @description Only events that came then or later.
           */
          receivedFrom?: string;
          /**
           * @description Only events in this state.
           * @enum {string}
           */
          status: 'pending' | 'processed' | 'ignored' | 'unmatched' | 'dead';
          /** @description Only events of this type, such as `payment.succeeded`. */
          type?: string;
        };
      };
    };
    responses: {
      /** @description How many there were. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "replayed": 12
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description How many events are pending now. */
              replayed: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  reconcile: {
    parameters: {
      query?: never;
      header?: {
        /** @description Who makes the change, for the audit log. */
        'x-operator-name'?: string;
        /** @description Why, for the audit log. */
        'x-operator-reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "full": true
         *     }
         */
        'application/json': {
          /**
           * @description Everything that Dodo has ever had, instead of what is new since the last time.
           * @default false
           */
          full?: boolean;
        };
      };
    };
    responses: {
      /** @description As it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "rec_4fPkq0aVbX2mZr8sTnYw1E",
           *         "trigger": "operator",
           *         "status": "completed",
           *         "isFull": false,
           *         "createdSince": "2026-10-19T12:00:00.000Z",
           *         "startedAt": "2026-11-23T12:00:00.000Z",
           *         "finishedAt": "2026-11-23T12:00:09.000Z",
           *         "subscriptions": {
           *           "looked": 212,
           *           "differed": 1,
           *           "mended": 1,
           *           "waiting": 0,
           *           "unmatched": 0,
           *           "failed": 0
           *         },
           *         "payments": {
           *           "looked": 340,
           *           "differed": 0,
           *           "mended": 0,
           *           "waiting": 0,
           *           "unmatched": 0,
           *           "failed": 0
           *         },
           *         "refunds": {
           *           "looked": 198,
           *           "differed": 0,
           *           "mended": 0,
           *           "waiting": 0,
           *           "unmatched": 0,
           *           "failed": 0
           *         },
           *         "findings": {
           *           "items": [
           *             {
           *               "kind": "subscription",
           *               "objectId": "sub_123",
           *               "orgId": "org_4fPkq0aVbX2mZr8sTnYw1E",
           *               "found": "outdated",
           *               "outcome": "mended",
           *               "detail": "status active → on_hold",
           *               "foundAt": "2026-11-23T12:00:02.000Z",
           *               "settledAt": "2026-11-23T12:00:03.000Z"
           *             }
           *           ],
           *           "total": 1,
           *           "limit": 50,
           *           "offset": 0
           *         }
           *       }
           *     }
           */
          'application/json': {
            data: {
              /**
               * Format: date-time
               * @description Payments, refunds and disputes that were created before are not listed; subscriptions all are.
               */
              createdSince: string | null;
              findings: {
                items: {
                  /** @description What was different, or why it could not be mended. */
                  detail: string | null;
                  /** @enum {string} */
                  found:
                    | 'missing'
                    | 'outdated'
                    | 'incomplete'
                    | 'not_listed'
                    | 'not_at_dodo'
                    | 'no_organization'
                    | 'dispute_open'
                    | 'refund_not_made'
                    | 'refund_pending'
                    | 'refund_failed';
                  /** Format: date-time */
                  foundAt: string;
                  /** @enum {string} */
                  kind: 'subscription' | 'payment' | 'refund';
                  /** @description Dodo’s id; of a refund, ours. */
                  objectId: string;
                  orgId: string | null;
                  /**
                   * @description `open`: still to be looked into.
                   * @enum {string}
                   */
                  outcome: 'open' | 'mended' | 'waiting' | 'unmatched' | 'failed';
                  /** Format: date-time */
                  settledAt: string | null;
                }[];
                limit: number;
                offset: number;
                /** @description How many there are, whatever the page. */
                total: number;
              };
              /** Format: date-time */
              finishedAt: string | null;
              id: string;
              /** @description Whether it lists everything that Dodo has ever had. */
              isFull: boolean;
              payments: {
                /** @description How many were not the same here, or not settled. */
                differed: number;
                /** @description How many could not be mended; `detail` says why. */
                failed: number;
                /** @description How many Dodo has listed. */
                looked: number;
                /** @description How many of them are right now. */
                mended: number;
                /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                unmatched: number;
                /** @description How many depend on Dodo, such as refunds that are pending there. */
                waiting: number;
              };
              refunds: {
                /** @description How many were not the same here, or not settled. */
                differed: number;
                /** @description How many could not be mended; `detail` says why. */
                failed: number;
                /** @description How many Dodo has listed. */
                looked: number;
                /** @description How many of them are right now. */
                mended: number;
                /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                unmatched: number;
                /** @description How many depend on Dodo, such as refunds that are pending there. */
                waiting: number;
              };
              /** Format: date-time */
              startedAt: string;
              /** @enum {string} */
              status: 'running' | 'completed';
              subscriptions: {
                /** @description How many were not the same here, or not settled. */
                differed: number;
                /** @description How many could not be mended; `detail` says why. */
                failed: number;
                /** @description How many Dodo has listed. */
                looked: number;
                /** @description How many of them are right now. */
                mended: number;
                /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                unmatched: number;
                /** @description How many depend on Dodo, such as refunds that are pending there. */
                waiting: number;
              };
              /**
               * @description What has started it.
               * @enum {string}
               */
              trigger: 'schedule' | 'operator' | 'cli';
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  listReconciliations: {
    parameters: {
      query?: {
        /** @description How many to answer. */
        limit?: number;
        /** @description How many to skip. */
        offset?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "items": [
           *           {
           *             "id": "rec_4fPkq0aVbX2mZr8sTnYw1E",
           *             "trigger": "operator",
           *             "status": "completed",
           *             "isFull": false,
           *             "createdSince": "2026-10-19T12:00:00.000Z",
           *             "startedAt": "2026-11-23T12:00:00.000Z",
           *             "finishedAt": "2026-11-23T12:00:09.000Z",
           *             "subscriptions": {
           *               "looked": 212,
           *               "differed": 1,
           *               "mended": 1,
           *               "waiting": 0,
           *               "unmatched": 0,
           *               "failed": 0
           *             },
           *             "payments": {
           *               "looked": 340,
           *               "differed": 0,
           *               "mended": 0,
           *               "waiting": 0,
           *               "unmatched": 0,
           *               "failed": 0
           *             },
           *             "refunds": {
           *               "looked": 198,
           *               "differed": 0,
           *               "mended": 0,
           *               "waiting": 0,
           *               "unmatched": 0,
           *               "failed": 0
           *             }
           *           }
           *         ],
           *         "total": 1,
           *         "limit": 50,
           *         "offset": 0
           *       }
           *     }
           */
          'application/json': {
            data: {
              items: {
                /**
                 * Format: date-time
                 * @description Payments, refunds and disputes that were created before are not listed; subscriptions all are.
                 */
                createdSince: string | null;
                /** Format: date-time */
                finishedAt: string | null;
                id: string;
                /** @description Whether it lists everything that Dodo has ever had. */
                isFull: boolean;
                payments: {
                  /** @description How many were not the same here, or not settled. */
                  differed: number;
                  /** @description How many could not be mended; `detail` says why. */
                  failed: number;
                  /** @description How many Dodo has listed. */
                  looked: number;
                  /** @description How many of them are right now. */
                  mended: number;
                  /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                  unmatched: number;
                  /** @description How many depend on Dodo, such as refunds that are pending there. */
                  waiting: number;
                };
                refunds: {
                  /** @description How many were not the same here, or not settled. */
                  differed: number;
                  /** @description How many could not be mended; `detail` says why. */
                  failed: number;
                  /** @description How many Dodo has listed. */
                  looked: number;
                  /** @description How many of them are right now. */
                  mended: number;
                  /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                  unmatched: number;
                  /** @description How many depend on Dodo, such as refunds that are pending there. */
                  waiting: number;
                };
                /** Format: date-time */
                startedAt: string;
                /** @enum {string} */
                status: 'running' | 'completed';
                subscriptions: {
                  /** @description How many were not the same here, or not settled. */
                  differed: number;
                  /** @description How many could not be mended; `detail` says why. */
                  failed: number;
                  /** @description How many Dodo has listed. */
                  looked: number;
                  /** @description How many of them are right now. */
                  mended: number;
                  /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                  unmatched: number;
                  /** @description How many depend on Dodo, such as refunds that are pending there. */
                  waiting: number;
                };
                /**
                 * @description What has started it.
                 * @enum {string}
                 */
                trigger: 'schedule' | 'operator' | 'cli';
              }[];
              limit: number;
              offset: number;
              /** @description How many there are, whatever the page. */
              total: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getReconciliation: {
    parameters: {
      query?: {
        /** @description How many to answer. */
        limit?: number;
        /** @description How many to skip. */
        offset?: number;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "rec_4fPkq0aVbX2mZr8sTnYw1E",
           *         "trigger": "operator",
           *         "status": "completed",
           *         "isFull": false,
           *         "createdSince": "2026-10-19T12:00:00.000Z",
           *         "startedAt": "2026-11-23T12:00:00.000Z",
           *         "finishedAt": "2026-11-23T12:00:09.000Z",
           *         "subscriptions": {
           *           "looked": 212,
           *           "differed": 1,
           *           "mended": 1,
           *           "waiting": 0,
           *           "unmatched": 0,
           *           "failed": 0
           *         },
           *         "payments": {
           *           "looked": 340,
           *           "differed": 0,
           *           "mended": 0,
           *           "waiting": 0,
           *           "unmatched": 0,
           *           "failed": 0
           *         },
           *         "refunds": {
           *           "looked": 198,
           *           "differed": 0,
           *           "mended": 0,
           *           "waiting": 0,
           *           "unmatched": 0,
           *           "failed": 0
           *         },
           *         "findings": {
           *           "items": [
           *             {
           *               "kind": "subscription",
           *               "objectId": "sub_123",
           *               "orgId": "org_4fPkq0aVbX2mZr8sTnYw1E",
           *               "found": "outdated",
           *               "outcome": "mended",
           *               "detail": "status active → on_hold",
           *               "foundAt": "2026-11-23T12:00:02.000Z",
           *               "settledAt": "2026-11-23T12:00:03.000Z"
           *             }
           *           ],
           *           "total": 1,
           *           "limit": 50,
           *           "offset": 0
           *         }
           *       }
           *     }
           */
          'application/json': {
            data: {
              /**
               * Format: date-time
               * @description Payments, refunds and disputes that were created before are not listed; subscriptions all are.
               */
              createdSince: string | null;
              findings: {
                items: {
                  /** @description What was different, or why it could not be mended. */
                  detail: string | null;
                  /** @enum {string} */
                  found:
                    | 'missing'
                    | 'outdated'
                    | 'incomplete'
                    | 'not_listed'
                    | 'not_at_dodo'
                    | 'no_organization'
                    | 'dispute_open'
                    | 'refund_not_made'
                    | 'refund_pending'
                    | 'refund_failed';
                  /** Format: date-time */
                  foundAt: string;
                  /** @enum {string} */
                  kind: 'subscription' | 'payment' | 'refund';
                  /** @description Dodo’s id; of a refund, ours. */
                  objectId: string;
                  orgId: string | null;
                  /**
                   * @description `open`: still to be looked into.
                   * @enum {string}
                   */
                  outcome: 'open' | 'mended' | 'waiting' | 'unmatched' | 'failed';
                  /** Format: date-time */
                  settledAt: string | null;
                }[];
                limit: number;
                offset: number;
                /** @description How many there are, whatever the page. */
                total: number;
              };
              /** Format: date-time */
              finishedAt: string | null;
              id: string;
              /** @description Whether it lists everything that Dodo has ever had. */
              isFull: boolean;
              payments: {
                /** @description How many were not the same here, or not settled. */
                differed: number;
                /** @description How many could not be mended; `detail` says why. */
                failed: number;
                /** @description How many Dodo has listed. */
                looked: number;
                /** @description How many of them are right now. */
                mended: number;
                /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                unmatched: number;
                /** @description How many depend on Dodo, such as refunds that are pending there. */
                waiting: number;
              };
              refunds: {
                /** @description How many were not the same here, or not settled. */
                differed: number;
                /** @description How many could not be mended; `detail` says why. */
                failed: number;
                /** @description How many Dodo has listed. */
                looked: number;
                /** @description How many of them are right now. */
                mended: number;
                /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                unmatched: number;
                /** @description How many depend on Dodo, such as refunds that are pending there. */
                waiting: number;
              };
              /** Format: date-time */
              startedAt: string;
              /** @enum {string} */
              status: 'running' | 'completed';
              subscriptions: {
                /** @description How many were not the same here, or not settled. */
                differed: number;
                /** @description How many could not be mended; `detail` says why. */
                failed: number;
                /** @description How many Dodo has listed. */
                looked: number;
                /** @description How many of them are right now. */
                mended: number;
                /** @description How many belong to no organization here; the newest comparison alone lists them one by one. */
                unmatched: number;
                /** @description How many depend on Dodo, such as refunds that are pending there. */
                waiting: number;
              };
              /**
               * @description What has started it.
               * @enum {string}
               */
              trigger: 'schedule' | 'operator' | 'cli';
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  listOrganizations: {
    parameters: {
      query?: {
        /** @description How many to answer. */
        limit?: number;
        /** @description How many to skip. */
        offset?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of organizations. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "items": [
           *           {
           *             "id": "org_7TnVw4fPxYb2Lr8Kd0QmZs",
           *             "name": "Acme",
           *             "email": "billing@acme.com",
           *             "billingStatus": "none",
           *             "suspendedAt": null,
           *             "dodoCustomerId": null,
           *             "createdAt": "2026-11-23T12:00:00.000Z"
           *           }
           *         ],
           *         "total": 1,
           *         "limit": 50,
           *         "offset": 0
           *       }
           *     }
           */
          'application/json': {
            data: {
              items: {
                /** @enum {string} */
                billingStatus:
                  | 'none'
                  | 'pending'
                  | 'active'
                  | 'past_due'
                  | 'on_hold'
                  | 'paused'
                  | 'cancelled'
                  | 'expired'
                  | 'failed'
                  | 'unknown';
                /** Format: date-time */
                createdAt: string;
                /** @description The customer at Dodo Payments. */
                dodoCustomerId: string | null;
                email: string;
                id: string;
                name: string;
                /**
                 * Format: date-time
                 * @description Since when access is suspended; null while it is not.
                 */
                suspendedAt: string | null;
              }[];
              limit: number;
              offset: number;
              /** @description How many there are, whatever the page. */
              total: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  createOrganization: {
    parameters: {
      query?: never;
      header?: {
        /** @description Who makes the change, for the audit log. */
        'x-operator-name'?: string;
        /** @description Why, for the audit log. */
        'x-operator-reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Acme",
         *       "email": "billing@acme.com"
         *     }
         */
        'application/json': {
          /**
           * Format: email
           * @description Where the payment provider sends invoices.
           */
          email: string;
          /** @description What it is called. */
          name: string;
        };
      };
    };
    responses: {
      /** @description The organization and its first key. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "org_7TnVw4fPxYb2Lr8Kd0QmZs",
           *         "name": "Acme",
           *         "email": "billing@acme.com",
           *         "billingStatus": "none",
           *         "suspendedAt": null,
           *         "dodoCustomerId": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "apiKey": {
           *           "id": "key_4fPxYb2Lr8Kd0QmZs7TnVw",
           *           "name": "Production",
           *           "scopes": [
           *             "billing:read",
           *             "billing:write"
           *           ],
           *           "expiresAt": null,
           *           "createdAt": "2026-11-23T12:00:00.000Z",
           *           "key": "sk-social-abc1…xyz7"
           *         }
           *       }
           *     }
           */
          'application/json': {
            data: {
              apiKey: {
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description When it stops working; null for never.
                 */
                expiresAt: string | null;
                id: string;
                /** @description The whole key. It is shown this once. */
                key: string;
                name: string;
                scopes: string[];
              };
              /** @enum {string} */
              billingStatus:
                | 'none'
                | 'pending'
                | 'active'
                | 'past_due'
                | 'on_hold'
                | 'paused'
                | 'cancelled'
                | 'expired'
                | 'failed'
                | 'unknown';
              /** Format: date-time */
              createdAt: string;
              /** @description The customer at Dodo Payments. */
              dodoCustomerId: string | null;
              email: string;
              id: string;
              name: string;
              /**
               * Format: date-time
               * @description Since when access is suspended; null while it is not.
               */
              suspendedAt: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getOrganization: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The organization. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "org_7TnVw4fPxYb2Lr8Kd0QmZs",
           *         "name": "Acme",
           *         "email": "billing@acme.com",
           *         "billingStatus": "none",
           *         "suspendedAt": null,
           *         "dodoCustomerId": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @enum {string} */
              billingStatus:
                | 'none'
                | 'pending'
                | 'active'
                | 'past_due'
                | 'on_hold'
                | 'paused'
                | 'cancelled'
                | 'expired'
                | 'failed'
                | 'unknown';
              /** Format: date-time */
              createdAt: string;
              /** @description The customer at Dodo Payments. */
              dodoCustomerId: string | null;
              email: string;
              id: string;
              name: string;
              /**
               * Format: date-time
               * @description Since when access is suspended; null while it is not.
               */
              suspendedAt: string | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  adoptDodoCustomer: {
    parameters: {
      query?: never;
      header?: {
        /** @description Who makes the change, for the audit log. */
        'x-operator-name'?: string;
        /** @description Why, for the audit log. */
        'x-operator-reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "dodoCustomerId": "cus_123"
         *     }
         */
        'application/json': {
          /** @description The customer that the organization has at Dodo already. */
          dodoCustomerId: string;
        };
      };
    };
    responses: {
      /** @description They are bound. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "orgId": "org_7TnVw4fPxYb2Lr8Kd0QmZs",
           *         "dodoCustomerId": "cus_123",
           *         "subscriptions": [
           *           {
           *             "subscriptionId": "sub_123",
           *             "status": "active",
           *             "planId": "plan_pro"
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': {
            data: {
              dodoCustomerId: string;
              orgId: string;
              /** @description What is being read in, newest first. */
              subscriptions: {
                /** @description The plan of its product; null when PLANS_FILE has none for it. */
                planId: string | null;
                /**
                 * @description At Dodo.
                 * @enum {string}
                 */
                status:
                  | 'pending'
                  | 'active'
                  | 'past_due'
                  | 'on_hold'
                  | 'paused'
                  | 'cancelled'
                  | 'expired'
                  | 'failed'
                  | 'unknown';
                subscriptionId: string;
              }[];
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  listWebhooks: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The endpoints. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": [
           *         {
           *           "id": "we_4fPxYb2Lr8Kd0QmZs7TnVw",
           *           "url": "https://app.acme.com/webhooks",
           *           "name": "Production",
           *           "events": [
           *             "*"
           *           ],
           *           "enabled": true,
           *           "active": true,
           *           "disabledReason": null,
           *           "disabledAt": null,
           *           "createdAt": "2026-11-23T12:00:00.000Z",
           *           "updatedAt": "2026-11-23T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            data: {
              /** @description The same as `enabled`. */
              active: boolean;
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description When that was.
               */
              disabledAt: string | null;
              /**
               * @description Why it was switched off by us: `gone` (it answered 410) or `failing` (nothing got through for three days).
               * @enum {string|null}
               */
              disabledReason: 'gone' | 'failing' | null;
              /** @description Whether events are sent. */
              enabled: boolean;
              events: (
                | 'checkout.completed'
                | 'subscription.trialing'
                | 'subscription.activated'
                | 'subscription.renewed'
                | 'subscription.plan_changed'
                | 'subscription.suspended'
                | 'subscription.cancelled'
                | 'payment.succeeded'
                | 'payment.failed'
                | 'refund.succeeded'
                | 'refund.failed'
                | 'credits.low'
                | 'webhook.disabled'
                | 'webhook.test'
                | '*'
              )[];
              id: string;
              name: string | null;
              /** Format: date-time */
              updatedAt: string;
              /** Format: uri */
              url: string;
            }[];
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://app.acme.com/webhooks",
         *       "events": [
         *         "*"
         *       ],
         *       "name": "Production"
         *     }
         */
        'application/json': {
          /** @description The same as `enabled`, by its other name. */
          active?: boolean;
          /** @description Whether events are sent. */
          enabled?: boolean;
          /** @description Names of events, or `["*"]` for all, those to come included. */
          events: (
            | 'checkout.completed'
            | 'subscription.trialing'
            | 'subscription.activated'
            | 'subscription.renewed'
            | 'subscription.plan_changed'
            | 'subscription.suspended'
            | 'subscription.cancelled'
            | 'payment.succeeded'
            | 'payment.failed'
            | 'refund.succeeded'
            | 'refund.failed'
            | 'credits.low'
            | 'webhook.disabled'
            | 'webhook.test'
            | '*'
          )[];
          /** @description What it is called. */
          name?: string | null;
          /** @description What deliveries are signed with: `whsec_` and 8 to 128 bytes in base64, of which 24 or more are advised, or any 8 to 128 visible ASCII characters that begin otherwise. Left out, one is made. */
          secret?: string;
          /**
           * Format: uri
           * @description Where events are posted: https, on the public internet.
           */
          url: string;
        };
      };
    };
    responses: {
      /** @description The endpoint. Its secret is shown this once. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "we_4fPxYb2Lr8Kd0QmZs7TnVw",
           *         "url": "https://app.acme.com/webhooks",
           *         "name": "Production",
           *         "events": [
           *           "*"
           *         ],
           *         "enabled": true,
           *         "active": true,
           *         "disabledReason": null,
           *         "disabledAt": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "updatedAt": "2026-11-23T12:00:00.000Z",
           *         "secret": "whsec_BASE64OF32RANDOMBYTES"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description The same as `enabled`. */
              active: boolean;
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description When that was.
               */
              disabledAt: string | null;
              /**
               * @description Why it was switched off by us: `gone` (it answered 410) or `failing` (nothing got through for three days).
               * @enum {string|null}
               */
              disabledReason: 'gone' | 'failing' | null;
              /** @description Whether events are sent. */
              enabled: boolean;
              events: (
                | 'checkout.completed'
                | 'subscription.trialing'
                | 'subscription.activated'
                | 'subscription.renewed'
                | 'subscription.plan_changed'
                | 'subscription.suspended'
                | 'subscription.cancelled'
                | 'payment.succeeded'
                | 'payment.failed'
                | 'refund.succeeded'
                | 'refund.failed'
                | 'credits.low'
                | 'webhook.disabled'
                | 'webhook.test'
                | '*'
              )[];
              id: string;
              name: string | null;
              /** @description The signing secret. It is shown this once. */
              secret: string;
              /** Format: date-time */
              updatedAt: string;
              /** Format: uri */
              url: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  getWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The endpoint. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "we_4fPxYb2Lr8Kd0QmZs7TnVw",
           *         "url": "https://app.acme.com/webhooks",
           *         "name": "Production",
           *         "events": [
           *           "*"
           *         ],
           *         "enabled": true,
           *         "active": true,
           *         "disabledReason": null,
           *         "disabledAt": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "updatedAt": "2026-11-23T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description The same as `enabled`. */
              active: boolean;
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description When that was.
               */
              disabledAt: string | null;
              /**
               * @description Why it was switched off by us: `gone` (it answered 410) or `failing` (nothing got through for three days).
               * @enum {string|null}
               */
              disabledReason: 'gone' | 'failing' | null;
              /** @description Whether events are sent. */
              enabled: boolean;
              events: (
                | 'checkout.completed'
                | 'subscription.trialing'
                | 'subscription.activated'
                | 'subscription.renewed'
                | 'subscription.plan_changed'
                | 'subscription.suspended'
                | 'subscription.cancelled'
                | 'payment.succeeded'
                | 'payment.failed'
                | 'refund.succeeded'
                | 'refund.failed'
                | 'credits.low'
                | 'webhook.disabled'
                | 'webhook.test'
                | '*'
              )[];
              id: string;
              name: string | null;
              /** Format: date-time */
              updatedAt: string;
              /** Format: uri */
              url: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "deleted": true
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @constant */
              deleted: true;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  updateWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "events": [
         *         "payment.succeeded",
         *         "payment.failed"
         *       ],
         *       "enabled": true
         *     }
         */
        'application/json': {
          /** @description The same as `enabled`, by its other name. */
          active?: boolean;
          /** @description Whether events are sent. */
          enabled?: boolean;
          /** @description Names of events, or `["*"]` for all, those to come included. */
          events?: (
            | 'checkout.completed'
            | 'subscription.trialing'
            | 'subscription.activated'
            | 'subscription.renewed'
            | 'subscription.plan_changed'
            | 'subscription.suspended'
            | 'subscription.cancelled'
            | 'payment.succeeded'
            | 'payment.failed'
            | 'refund.succeeded'
            | 'refund.failed'
            | 'credits.low'
            | 'webhook.disabled'
            | 'webhook.test'
            | '*'
          )[];
          /** @description What it is called. */
          name?: string | null;
          /** @description Replaces the secret at once. To keep the old one working for a day, rotate instead. */
          secret?: string;
          /**
           * Format: uri
           * @description Where events are posted: https, on the public internet.
           */
          url?: string;
        };
      };
    };
    responses: {
      /** @description The endpoint as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "we_4fPxYb2Lr8Kd0QmZs7TnVw",
           *         "url": "https://app.acme.com/webhooks",
           *         "name": "Production",
           *         "events": [
           *           "*"
           *         ],
           *         "enabled": true,
           *         "active": true,
           *         "disabledReason": null,
           *         "disabledAt": null,
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "updatedAt": "2026-11-23T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description The same as `enabled`. */
              active: boolean;
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description When that was.
               */
              disabledAt: string | null;
              /**
               * @description Why it was switched off by us: `gone` (it answered 410) or `failing` (nothing got through for three days).
               * @enum {string|null}
               */
              disabledReason: 'gone' | 'failing' | null;
              /** @description Whether events are sent. */
              enabled: boolean;
              events: (
                | 'checkout.completed'
                | 'subscription.trialing'
                | 'subscription.activated'
                | 'subscription.renewed'
                | 'subscription.plan_changed'
                | 'subscription.suspended'
                | 'subscription.cancelled'
                | 'payment.succeeded'
                | 'payment.failed'
                | 'refund.succeeded'
                | 'refund.failed'
                | 'credits.low'
                | 'webhook.disabled'
                | 'webhook.test'
                | '*'
              )[];
              id: string;
              name: string | null;
              /** Format: date-time */
              updatedAt: string;
              /** Format: uri */
              url: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  listWebhookDeliveries: {
    parameters: {
      query?: {
        /** @description How many to answer. */
        limit?: number;
        /** @description How many to skip. */
        offset?: number;
        /** @description Only those that stand like this. */
        status?: 'pending' | 'delivered' | 'failed';
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The deliveries. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "items": [
           *           {
           *             "id": "dlv_2Lr8Kd0QmZs7TnVw4fPxYb",
           *             "eventId": "evt_Kd0QmZs7TnVw4fPxYb2Lr8",
           *             "event": "payment.succeeded",
           *             "attempt": 1,
           *             "status": "delivered",
           *             "httpStatus": 200,
           *             "failure": null,
           *             "durationMs": 84,
           *             "nextAttemptAt": null,
           *             "createdAt": "2026-11-23T12:00:00.000Z",
           *             "attempts": [
           *               {
           *                 "attempt": 1,
           *                 "attemptedAt": "2026-11-23T12:00:00.120Z",
           *                 "httpStatus": 200,
           *                 "failure": null,
           *                 "durationMs": 84,
           *                 "response": "ok"
           *               }
           *             ]
           *           }
           *         ],
           *         "total": 1,
           *         "limit": 50,
           *         "offset": 0
           *       }
           *     }
           */
          'application/json': {
            data: {
              items: {
                /** @description How many tries there have been. */
                attempt: number;
                /** @description Every try, oldest first. */
                attempts: {
                  attempt: number;
                  /** Format: date-time */
                  attemptedAt: string;
                  durationMs: number;
                  /**
                   * @description Why it failed; null when it did not.
                   * @enum {string|null}
                   */
                  failure:
                    | 'url_not_allowed'
                    | 'private_address'
                    | 'dns_lookup_failed'
                    | 'connection_refused'
                    | 'connection_failed'
                    | 'connection_timeout'
                    | 'tls_failed'
                    | 'response_timeout'
                    | 'bad_response'
                    | 'redirect_refused'
                    | 'gone'
                    | 'http_status'
                    | 'secret_unreadable'
                    | null;
                  /** @description What it was answered with; null when no answer came. */
                  httpStatus: number | null;
                  /** @description The first kilobyte of the answer. */
                  response: string;
                }[];
                /** Format: date-time */
                createdAt: string;
                /** @description How long the last try took. */
                durationMs: number | null;
                /** @enum {string} */
                event:
                  | 'checkout.completed'
                  | 'subscription.trialing'
                  | 'subscription.activated'
                  | 'subscription.renewed'
                  | 'subscription.plan_changed'
                  | 'subscription.suspended'
                  | 'subscription.cancelled'
                  | 'payment.succeeded'
                  | 'payment.failed'
                  | 'refund.succeeded'
                  | 'refund.failed'
                  | 'credits.low'
                  | 'webhook.disabled'
                  | 'webhook.test';
                /** @description The same for every endpoint and every try: receive it once. */
                eventId: string;
                /**
                 * @description Why it failed; null when it did not.
                 * @enum {string|null}
                 */
                failure:
                  | 'url_not_allowed'
                  | 'private_address'
                  | 'dns_lookup_failed'
                  | 'connection_refused'
                  | 'connection_failed'
                  | 'connection_timeout'
                  | 'tls_failed'
                  | 'response_timeout'
                  | 'bad_response'
                  | 'redirect_refused'
                  | 'gone'
                  | 'http_status'
                  | 'secret_unreadable'
                  | null;
                /** @description What it was answered with; null when no answer came. */
                httpStatus: number | null;
                id: string;
                /**
                 * Format: date-time
                 * @description When it is tried next.
                 */
                nextAttemptAt: string | null;
                /**
                 * @description `pending` until it is `delivered` (answered with 2xx) or `failed` (given up).
                 * @enum {string}
                 */
                status: 'pending' | 'delivered' | 'failed';
              }[];
              limit: number;
              offset: number;
              /** @description How many there are, whatever the page. */
              total: number;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  redeliverWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path: {
        deliveryId: string;
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The delivery, on its way again. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "id": "dlv_2Lr8Kd0QmZs7TnVw4fPxYb",
           *         "eventId": "evt_Kd0QmZs7TnVw4fPxYb2Lr8",
           *         "event": "payment.succeeded",
           *         "attempt": 1,
           *         "status": "pending",
           *         "httpStatus": 200,
           *         "failure": null,
           *         "durationMs": 84,
           *         "nextAttemptAt": "2026-11-24T09:00:00.000Z",
           *         "createdAt": "2026-11-23T12:00:00.000Z",
           *         "attempts": [
           *           {
           *             "attempt": 1,
           *             "attemptedAt": "2026-11-23T12:00:00.120Z",
           *             "httpStatus": 200,
           *             "failure": null,
           *             "durationMs": 84,
           *             "response": "ok"
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description How many tries there have been. */
              attempt: number;
              /** @description Every try, oldest first. */
              attempts: {
                attempt: number;
                /** Format: date-time */
                attemptedAt: string;
                durationMs: number;
                /**
                 * @description Why it failed; null when it did not.
                 * @enum {string|null}
                 */
                failure:
                  | 'url_not_allowed'
                  | 'private_address'
                  | 'dns_lookup_failed'
                  | 'connection_refused'
                  | 'connection_failed'
                  | 'connection_timeout'
                  | 'tls_failed'
                  | 'response_timeout'
                  | 'bad_response'
                  | 'redirect_refused'
                  | 'gone'
                  | 'http_status'
                  | 'secret_unreadable'
                  | null;
                /** @description What it was answered with; null when no answer came. */
                httpStatus: number | null;
                /** @description The first kilobyte of the answer. */
                response: string;
              }[];
              /** Format: date-time */
              createdAt: string;
              /** @description How long the last try took. */
              durationMs: number | null;
              /** @enum {string} */
              event:
                | 'checkout.completed'
                | 'subscription.trialing'
                | 'subscription.activated'
                | 'subscription.renewed'
                | 'subscription.plan_changed'
                | 'subscription.suspended'
                | 'subscription.cancelled'
                | 'payment.succeeded'
                | 'payment.failed'
                | 'refund.succeeded'
                | 'refund.failed'
                | 'credits.low'
                | 'webhook.disabled'
                | 'webhook.test';
              /** @description The same for every endpoint and every try: receive it once. */
              eventId: string;
              /**
               * @description Why it failed; null when it did not.
               * @enum {string|null}
               */
              failure:
                | 'url_not_allowed'
                | 'private_address'
                | 'dns_lookup_failed'
                | 'connection_refused'
                | 'connection_failed'
                | 'connection_timeout'
                | 'tls_failed'
                | 'response_timeout'
                | 'bad_response'
                | 'redirect_refused'
                | 'gone'
                | 'http_status'
                | 'secret_unreadable'
                | null;
              /** @description What it was answered with; null when no answer came. */
              httpStatus: number | null;
              id: string;
              /**
               * Format: date-time
               * @description When it is tried next.
               */
              nextAttemptAt: string | null;
              /**
               * @description `pending` until it is `delivered` (answered with 2xx) or `failed` (given up).
               * @enum {string}
               */
              status: 'pending' | 'delivered' | 'failed';
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The new secret, shown this once. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "secret": "whsec_BASE64OF32RANDOMBYTES"
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description The signing secret. It is shown this once. */
              secret: string;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  testWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Names this call, so that repeating it is safe. A random UUID does well. */
        'Idempotency-Key'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What came of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "success": true,
           *       "data": {
           *         "delivered": true,
           *         "httpStatus": 200,
           *         "failure": null
           *       }
           *     }
           */
          'application/json': {
            data: {
              /** @description Whether it was answered with 2xx. */
              delivered: boolean;
              /**
               * @description Why it failed.
               * @enum {string|null}
               */
              failure:
                | 'url_not_allowed'
                | 'private_address'
                | 'dns_lookup_failed'
                | 'connection_refused'
                | 'connection_failed'
                | 'connection_timeout'
                | 'tls_failed'
                | 'response_timeout'
                | 'bad_response'
                | 'redirect_refused'
                | 'gone'
                | 'http_status'
                | 'secret_unreadable'
                | null;
              /** @description The answer; null when none came. */
              httpStatus: number | null;
            };
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
  receiveDodoWebhook: {
    parameters: {
      query?: never;
      header: {
        'webhook-id': string;
        /** @description `v1,<base64>` */
        'webhook-signature': string;
        /** @description Unix seconds. */
        'webhook-timestamp': string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "business_id": "bus_123",
         *       "type": "payment.succeeded",
         *       "timestamp": "2026-11-23T12:00:00Z",
         *       "data": {
         *         "payload_type": "Payment",
         *         "payment_id": "pay_123"
         *       }
         *     }
         */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description The event is stored. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            success: true;
          };
        };
      };
    };
  };
}
