// npm run fuzz -- --runs 10000 --seed 7: the fuzz tests alone, with more tries than `npm test` takes, or again.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

function readOptions() {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string' } },
  });
  for (const [name, value] of Object.entries(values)) {
    if (!/^-?\d+$/.test(value)) throw new Error(`--${name} must be a whole number, not "${value}".`);
  }
  return values;
}

let values;
try {
  values = readOptions();
} catch (error) {
  console.error(`${error.message}\n\nnpm run fuzz -- [--runs N] [--seed N]`);
  process.exit(2);
}

const jest = spawn(process.execPath, ['node_modules/jest/bin/jest.js', 'test/fuzz'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_RUNS: values.runs,
    ...(values.seed !== undefined && { FUZZ_SEED: values.seed }),
  },
});
jest.on('exit', (code) => process.exit(code ?? 1));
