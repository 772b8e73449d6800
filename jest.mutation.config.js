const config = require('./jest.config');
const areas = require('./scripts/mutation/areas.json');

/**
 * The specs that are run against each mutant of an area: quick ones of what is
 * mutated. They are started anew for every mutant, so their database server is
 * not theirs (scripts/mutation/main.mjs).
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...config,
  testEnvironment: require.resolve('./scripts/mutation/until-found.cjs'),
  globalSetup: undefined,
  globalTeardown: undefined,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: areas[process.env.MUTATION_AREA].specs.map((spec) => `<rootDir>/${spec}`),
};
