// Sends load by autocannon and prints what came back as JSON. A process of its own, since it takes a core.
import { json } from 'node:stream/consumers';
import autocannon from 'autocannon';

const { url, connections, seconds, method, body, rate, inTurn } = await json(process.stdin);
let sent = 0;
let sample = '';

const result = await autocannon({
  url,
  connections,
  duration: seconds,
  method: method ?? 'GET',
  body,
  ...(rate && { overallRate: rate }),
  requests: [{ setupRequest: (request) => ({ ...request, headers: inTurn[sent++ % inTurn.length] }) }],
  setupClient: (client) =>
    client.on('response', (status) => {
      if (status >= 300) sample = `status ${status}`;
    }),
});

process.stdout.write(
  JSON.stringify({
    answers: result['2xx'],
    perSecond: result['2xx'] / result.duration,
    p99Ms: result.latency.p99,
    sent,
    failures: result.non2xx + result.errors + result.timeouts,
    sample,
  }),
);
