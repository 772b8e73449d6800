// What the adapter's own documentation shows, with a handler that keeps the event in one row.
import { Webhooks } from '@dodopayments/express';
import express from 'express';
import { insertRow } from './insert-row.mjs';

const app = express();
app.get('/ready', (_request, response) => response.send('ok'));
app.use(express.json());
app.post('/webhooks/dodo', Webhooks({ webhookKey: process.env.WEBHOOK_SECRET, onPayload: insertRow }));
app.listen(Number(process.env.PORT), '127.0.0.1');
