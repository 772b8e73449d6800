import * as fc from 'fast-check';
import { ValidAnswers } from '../contract/valid-answers';
import { TestService } from '../support/test-service';
import { Cast } from './cast';
import { FUZZ_TIMEOUT_MS, fuzzOptions } from './options';
import { operationsOf, requestElsewhere, requestTo, type FuzzRequest, type Operation } from './requests';
import { Wire } from './wire';

const OPERATOR_TOKEN = 'a token of the operator of these tests';

/** At most, one after the other: what one of them has changed, the next ones find. */
const REQUESTS_A_RUN = 25;

describe('any request at all', () => {
  let service: TestService;
  let wire: Wire;
  let answers: ValidAnswers;
  let operations: Operation[];
  const succeeded = new Set<string>();

  beforeAll(async () => {
    service = await TestService.start({ OPERATOR_TOKEN });
    wire = new Wire(service.url);
    const document = (await service.call('GET', '/openapi.json')).body;
    answers = new ValidAnswers(document);
    operations = operationsOf(document);
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });

  /** In which way the answer breaks a law; null when it breaks none. */
  async function problemOf(request: FuzzRequest): Promise<string | null> {
    const { status, headers, text } = await wire.send(request);
    const what = `${request.method} ${request.address.slice(0, 200)} → ${status} ${text.slice(0, 400)}`;
    if (status >= 500) return `${what}: a fault of ours`;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return `${what}: no JSON`;
    }
    if (request.operation === null) return isFailure(body) && status >= 400 ? null : `${what}: no refusal`;
    if (status < 300) succeeded.add(`${request.operation.method} ${request.operation.path}`);
    if (status >= 400 && !isFailure(body)) return `${what}: not the envelope`;
    return answers.problemOf(request.operation.path, request.operation.method, {
      status,
      headers: new Headers(headers as Record<string, string>),
      body,
    });
  }

  it(
    'is answered in the envelope, as the document says, and never with a fault of ours',
    async () => {
      const { numRuns, ...options } = fuzzOptions(800);
      const cast = await Cast.of(service, OPERATOR_TOKEN);
      const pools = await cast.pools();
      const credentials = cast.credentials();
      const anyRequest = fc.oneof(...operations.map((operation) => requestTo(operation, pools, credentials)));
      const run = fc.array(anyRequest, { minLength: 1, maxLength: REQUESTS_A_RUN, size: 'max' });
      await fc.assert(
        fc.asyncProperty(run, async (requests) => {
          for (const request of requests) expect(await problemOf(request)).toBeNull();
        }),
        // On average, a run is half as long as it may be.
        { ...options, numRuns: Math.ceil((2 * numRuns) / REQUESTS_A_RUN) },
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'is refused in the envelope where the document has nothing',
    async () => {
      const cast = await Cast.of(service, OPERATOR_TOKEN);
      await fc.assert(
        fc.asyncProperty(requestElsewhere(operations, cast.credentials()), async (request) => {
          expect(await problemOf(request)).toBeNull();
        }),
        fuzzOptions(200),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it('is not only refused: more than half of the operations have been carried out on the way', () => {
    expect(succeeded.size).toBeGreaterThan(operations.length / 2);
  });
});

function isFailure(body: unknown): boolean {
  const { success, error, code, message } = body as Record<string, unknown>;
  return success === false && typeof error === 'string' && code === error && typeof message === 'string';
}
