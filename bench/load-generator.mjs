// Sends load as autocannon does and prints what came back as JSON. A process of its own, since it takes a core.
import { createHmac, randomBytes } from 'node:crypto';
import { json } from 'node:stream/consumers';
import autocannon from 'autocannon';

/** Signing must not be what is measured: headers are made before the clock starts, this many at a time. */
const SIGNED_AHEAD = 60_000;

const options = await json(process.stdin);

function signedHeaders({ webhookSecret, body }) {
  const key = Buffer.from(webhookSecret.replace('whsec_', ''), 'base64');
  const timestamp = Math.floor(Date.now() / 1000);
  const run = randomBytes(6).toString('hex');
  return Array.from({ length: SIGNED_AHEAD }, (_, index) => {
    const id = `msg_${run}_${index}`;
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    };
  });
}

const inTurn = options.webhookSecret ? signedHeaders(options) : options.headersInTurn;
let sent = 0;
let sample = '';

const setupRequest = (request) => {
  const headers = inTurn[sent % inTurn.length];
  sent += 1;
  return { ...request, headers };
};

const result = await autocannon({
  url: options.url,
  connections: options.connections,
  duration: options.seconds,
  method: options.method ?? 'GET',
  headers: options.headers,
  body: options.body,
  ...(options.rate && { overallRate: options.rate }),
  ...(inTurn && { requests: [{ setupRequest }] }),
  setupClient: (client) =>
    client.on('response', (status) => {
      if (status >= 300) sample = `status ${status}`;
    }),
});
if (options.webhookSecret && sent > SIGNED_AHEAD) sample = 'more requests than were signed ahead';

process.stdout.write(
  JSON.stringify({
    answers: result['2xx'],
    perSecond: result['2xx'] / result.duration,
    medianMs: result.latency.p50,
    p99Ms: result.latency.p99,
    failures:
      result.non2xx +
      result.errors +
      result.timeouts +
      (options.webhookSecret && sent > SIGNED_AHEAD ? 1 : 0),
    sample,
  }),
);
