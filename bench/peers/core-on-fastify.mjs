// The package that Dodo's adapters are made of, on Fastify: verify the payload, hand it to a handler, answer 200.
import { handleWebhookPayload, verifyWebhookPayload } from '@dodopayments/core/webhook';
import Fastify from 'fastify';
import { insertRow } from './insert-row.mjs';

const app = Fastify();
app.get('/ready', async () => 'ok');
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
  done(null, body),
);
app.post('/webhooks/dodo', async (request, reply) => {
  let payload;
  try {
    payload = await verifyWebhookPayload({
      webhookKey: process.env.WEBHOOK_SECRET,
      headers: request.headers,
      body: request.body,
    });
  } catch (error) {
    return reply.code(401).send(error.message);
  }
  await handleWebhookPayload(payload, { onPayload: insertRow });
  return reply.code(200).send();
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
