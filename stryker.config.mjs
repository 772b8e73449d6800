import { readFileSync } from 'node:fs';

const area = process.env.MUTATION_AREA;
const { mutate } = JSON.parse(readFileSync(new URL('scripts/mutation/areas.json', import.meta.url)))[area];
const folder = `.local/mutation/${area}`;

/**
 * Breaks the code that money, access and secrets depend on, one piece at a time,
 * and counts what no test notices. `npm run mutation -- refunds` does one area;
 * its report is in .local/mutation.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner', './scripts/mutation/ignore-log-texts.mjs'],
  jest: { configFile: 'jest.mutation.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  mutate,
  // The one thing that is left out: what a log says is for people, and no test should hold its wording.
  ignorers: ['log-texts'],
  ignorePatterns: ['.local', 'dist', 'coverage'],
  tempDirName: '.local/mutation/sandbox',
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: `${folder}/report.json` },
  htmlReporter: { fileName: `${folder}/report.html` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  // A mutant that never ends counts as found; a machine that is slow must not.
  timeoutMS: 300_000,
};
