const { TestEnvironment } = require('jest-environment-node');

/** Where Stryker says which mutant is on trial. */
const ON_TRIAL = '__STRYKER_ACTIVE_MUTANT__';

/** The mutant that a test has noticed, in this process; none while Stryker looks which test covers what. */
let found;

/**
 * Once a test has noticed a mutant, no other has to: the rest of its specs is skipped. Jest's own `bail` stops between
 * files only, and not where Stryker runs it.
 */
module.exports = class UntilFound extends TestEnvironment {
  handleTestEvent({ name, test }, { rootDescribeBlock }) {
    const mutant = process.env[ON_TRIAL];
    if (mutant === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) found = mutant;
    if (mutant === found && (name === 'run_start' || name === 'test_done')) skip(rootDescribeBlock);
  }
};

function skip({ children }) {
  for (const child of children) {
    if (child.type === 'describeBlock') skip(child);
    else child.mode = 'skip';
  }
}
