import Fastify from 'fastify';

/** Fastify, and nothing around it. */
const app = Fastify();
app.get('/bare', async () => ({ success: true, data: { answer: 42 } }));
void app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
