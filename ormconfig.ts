import { createDataSource } from './src/database/data-source';
import { ENTITIES } from './src/entities';

/** For TypeORM's own command line: `npx typeorm -d dist/ormconfig.js migration:show`. */
export default createDataSource(process.env.DATABASE_URL ?? 'postgres://localhost:5432/billing', ENTITIES);
