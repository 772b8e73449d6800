// An OpenAPI document on stdin → the types of the client on stdout. `npm run client:types` feeds it what the service
// emits, and a test checks that what is committed is what comes out.
import { text } from 'node:stream/consumers';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const FILE = 'client/src/schema.ts';
const BANNER =
  '// Made by `npm run client:types` from what the service emits at /openapi.json: not to be edited.\n\n';

const document = JSON.parse(await text(process.stdin));
delete document.components.headers;
for (const operations of Object.values(document.paths)) {
  for (const operation of Object.values(operations)) {
    operation.responses = successesOf(operation.responses);
  }
}
const ast = await openapiTS(document, { alphabetize: true, defaultNonNullable: false });
const types = BANNER + astToString(ast);
process.stdout.write(await format(types, { ...(await resolveConfig(FILE)), filepath: FILE }));

/**
 * All failures have one shape, and the client throws them: told for each operation, they would be most of the file. Of
 * an answer it hands out the data, so the headers are not told either.
 */
function successesOf(responses) {
  const successes = Object.entries(responses).filter(([status]) => status < '300');
  for (const [, response] of successes) delete response.headers;
  return Object.fromEntries(successes);
}
