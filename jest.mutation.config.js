const config = require('./jest.config');

/**
 * The specs that are run against each mutant: quick ones of what is mutated.
 * Their server is started once for the whole run (scripts/mutation/main.mjs).
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...config,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/mutation/*.e2e-spec.ts'],
  testEnvironment: 'node',
};
