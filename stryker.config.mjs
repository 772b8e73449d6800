/**
 * Breaks the code that money, access and secrets depend on, one piece at a time,
 * and counts what no test notices. `npm run mutation`; the report is in
 * .local/mutation.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner', './scripts/mutation/ignore-log-texts.mjs'],
  jest: { configFile: 'jest.mutation.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  mutate: [
    'src/webhooks/signature.ts',
    'src/webhooks/inbound/{inbox.service,dodo-webhook.service,dodo-events.repository,event-body}.ts',
    'src/billing/refunds/{refund-finder,refund-policy,refund-recorder,refund-schedule,refund-state,refunds.repository,refunds.service}.ts',
    'src/billing/store-newest.ts',
    'src/database/{optimistic-save,minor-units.transformer}.ts',
    'src/billing/subscriptions/{subscription-status,subscriptions.service}.ts',
    'src/billing/payments/payments.service.ts',
    'src/auth/{suspension.guard,scope.guard,api-key.guard,rate-limit.guard}.ts',
    'src/auth/{billing-status,authentication.service,api-key}.ts',
    'src/billing/credits/{credit-rules,credit-ledger.service,credit-grants.service}.ts',
  ],
  // The one thing that is left out: what a log says is for people, and no test should hold its wording.
  ignorers: ['log-texts'],
  ignorePatterns: ['.local', 'dist', 'coverage'],
  ignoreStatic: false,
  incremental: true,
  incrementalFile: '.local/mutation/incremental.json',
  tempDirName: '.local/mutation/sandbox',
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: '.local/mutation/report.json' },
  htmlReporter: { fileName: '.local/mutation/report.html' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  timeoutMS: 30_000,
};
