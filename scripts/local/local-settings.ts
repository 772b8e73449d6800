// Preloaded by `npm run cli`: without a DATABASE_URL, a command means the service that `npm start` runs. All of
// its settings or none: a key made with another pepper would not fit.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project';

const file = join(projectRoot, '.local', 'env');
if (!process.env.DATABASE_URL && existsSync(file)) process.loadEnvFile(file);
