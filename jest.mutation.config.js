const { globalSetup, globalTeardown, ...config } = require('./jest.config');

/**
 * The specs that are run against each mutant: quick ones of what is mutated. They
 * are started anew for every mutant, so their database server is not theirs
 * (scripts/mutation/main.mjs).
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...config,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: [
    '<rootDir>/src/{auth,billing,database,webhooks}/**/*.spec.ts',
    '<rootDir>/test/mutation/*.e2e-spec.ts',
  ],
};
