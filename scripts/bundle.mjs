// The last step of a build: every program of the service as one file. Most of a start was Node finding and compiling
// some 2,800 of them (docs/adr/0018). `node scripts/bundle.mjs [dist]` bundles what tsc has left in that folder.
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PROGRAMS = { main: 'src/main.js', worker: 'src/worker.js', cli: 'src/cli/main.js' };

/** What is loaded as the package that it is, or not at all. */
const EXTERNAL = [
  // Nest, pg and the queue's reader of settings look for these, and do without.
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@fastify/multipart',
  '@fastify/view',
  'class-transformer',
  'class-validator',
  'pg-native',
  'typescript',
  // Only where traces are sent. Their API, which the metrics use as well, is in the bundle: all copies of it share what is set.
  '@opentelemetry/context-async-hooks',
  '@opentelemetry/core',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
];

/**
 * What is run. What V8 has compiled is kept for the next start beside it, by Node 22.1 and newer, where that folder can
 * be written or has been filled. Only what is loaded after this line is: so the bundle is a file of its own.
 */
const starter = (bundled) => `'use strict';
require('node:module').enableCompileCache?.(require('node:path').join(__dirname, 'compiled'));
require('./${bundled}');
`;

/**
 * @param {string} dist the folder of a build
 * @param {Record<string, string>} programs by the name of the program in that folder, without `.js`: what it is made of
 */
export async function bundle(dist, programs) {
  const entryPoints = Object.entries(programs).map(([out, file]) => ({
    out: `${out}.bundle`,
    in: join(dist, file),
  }));
  await build({
    entryPoints,
    outdir: dist,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: EXTERNAL,
    // No `keepNames`: it wraps each function that is made, at each request, which cost a third of an authenticated GET.
    // Modules of CommonJS, ours and most others, keep all their names without it.
    // Less for V8 to read; names and lines stay, for stack traces.
    minifyWhitespace: true,
    lineLimit: 200,
    // By way of tsc's, so they lead to the TypeScript.
    sourcemap: 'linked',
    sourcesContent: false,
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  for (const out of Object.keys(programs))
    await writeFile(join(dist, `${out}.js`), starter(`${basename(out)}.bundle.js`));
}

const file = fileURLToPath(import.meta.url);
if (process.argv[1] === file) {
  await bundle(resolve(process.argv[2] ?? join(dirname(dirname(file)), 'dist')), PROGRAMS);
}
