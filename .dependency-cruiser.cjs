// The arrows of the layout. A rule that is hit is a line in the wrong room, seldom a wrong rule.

const SRC_ROOMS = 'auth|billing|cli|console|database|dodo|http|jobs|ops|watch|webhooks';

/** What each room may use beside itself and the files directly in src/. */
const ALLOWED = {
  console: 'billing|webhooks|http|auth|database',
  billing: 'webhooks|dodo|jobs|database|http|auth|watch',
  webhooks: 'jobs|database|http|auth|watch',
  ops: 'jobs|database|http|auth|watch',
  auth: 'database|http|watch',
  http: 'database|watch',
  jobs: 'database|watch',
  dodo: 'watch',
  database: 'watch',
  watch: '',
};

// Composition roots are files of a room that tie rooms together: `cli/` and src/*.module.ts, main, worker.
const arrows = Object.entries(ALLOWED).map(([room, allowed]) => {
  const others = SRC_ROOMS.split('|').filter(
    (other) => other !== room && !allowed.split('|').includes(other),
  );
  return {
    name: `${room}-arrows`,
    comment: `src/${room} may use: ${allowed.replaceAll('|', ', ') || 'no other room'}`,
    severity: 'error',
    from: { path: `^src/${room}/`, pathNot: '\\.(e2e-)?spec\\.ts$' },
    to: { path: `^src/(${others.join('|')})/` },
  };
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'no-cycles',
      comment: 'Files that need each other are one thought in two files',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'rooms-do-not-know-the-roots',
      comment: 'main, worker and the app module use the rooms, never the other way round',
      severity: 'error',
      from: { path: `^src/(${SRC_ROOMS})/`, pathNot: '^src/cli/|\\.(e2e-)?spec\\.ts$' },
      to: { path: '^src/(main|worker|app\\.module)\\.ts$' },
    },
    {
      name: 'only-dodo-imports-the-sdk',
      comment: 'The SDK stays behind the gateway: ours in, ours out',
      severity: 'error',
      from: { path: '^(src|scripts|ormconfig)', pathNot: '^src/dodo/' },
      to: { path: '(^|/)node_modules/dodopayments/' },
    },
    {
      name: 'typeorm-stays-with-the-data',
      comment: 'Entities, repositories and database/ know TypeORM; services know repositories',
      severity: 'error',
      from: {
        path: '^(src|scripts)/',
        pathNot: '\\.(entity|repository)\\.ts$|^src/database/|\\.(e2e-)?spec\\.ts$',
      },
      to: { path: '(^|/)node_modules/(typeorm|@nestjs/typeorm)/' },
    },
    {
      name: 'controllers-call-services',
      comment: 'A controller is one line a route; what it needs, a service does',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.repository\\.ts$|\\.entity\\.ts$' },
    },
    {
      name: 'service-knows-no-sandbox',
      comment: 'The service must not be able to tell the sandbox from Dodo',
      severity: 'error',
      from: { path: '^(src/|ormconfig)' },
      to: { path: '^(sandbox|scripts|test|bench)/' },
    },
    {
      name: 'sandbox-stands-alone',
      comment: 'A double that shared code with the service would share its mistakes',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(src|scripts|test|bench)/' },
    },
    {
      name: 'scripts-run-programs',
      comment: 'The local start runs the built programs as anybody would, by their settings',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: '^(src|sandbox|test|bench)/' },
    },
    {
      name: 'production-needs-no-dev-packages',
      comment: 'What the service imports must be there after npm ci --omit=dev',
      severity: 'error',
      from: { path: '^(src|ormconfig)', pathNot: '\\.(e2e-)?spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere would escape every other rule',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    parser: 'tsc',
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
