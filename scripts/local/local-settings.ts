// Preloaded by `npm run cli`: without a DATABASE_URL, a command means the service that `npm start` runs. All of
// its settings or none: a key made with another pepper would not fit. A command for a Dodo account, which needs no
// database, means the account that the environment names, if it names one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project';
import { usesOwnDodo } from './settings';

const file = join(projectRoot, '.local', 'env');
const meansOwnDodo = process.argv[2] === 'dodo' && usesOwnDodo(process.env);
if (!process.env.DATABASE_URL && !meansOwnDodo && existsSync(file)) process.loadEnvFile(file);
