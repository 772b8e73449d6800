import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context';
import { getPayment } from '../engine/payments';
import { getRefund } from '../engine/refunds';
import { ApiError } from '../errors';
import type { PageRoute } from '../http/route';
import type { Payment, Refund } from '../model/payments';
import { day, money } from './format';
import { pdfOf } from './pdf';

/** As Dodo's, they open without a key: whoever has the address may see them. */
export function invoiceRoutes(ctx: Context): PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/invoices/payments/:id',
      handle: (request, reply) => sendPdf(reply, invoiceOf(ctx, getPayment(ctx, idOf(request)))),
    },
    {
      method: 'GET',
      path: '/invoices/refunds/:id',
      handle: (request, reply) => sendPdf(reply, creditNoteOf(ctx, getRefund(ctx, idOf(request)))),
    },
  ];
}

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;

const sendPdf = (reply: FastifyReply, lines: string[]): FastifyReply =>
  reply.type('application/pdf').send(pdfOf(lines));

function invoiceOf(ctx: Context, payment: Payment): string[] {
  if (payment.status !== 'succeeded') throw ApiError.notFound('Invoice of payment', payment.payment_id);
  const worth = (amount: number) => amountOf(amount, payment.currency);
  return [
    ...headOf(ctx, `Invoice ${payment.invoice_id}`, payment, payment.created_at),
    ...payment.lines.map((line) => `${line.quantity} x ${line.name}: ${worth(line.amount)}`),
    '',
    `Tax included: ${worth(payment.tax)}`,
    `Paid: ${worth(payment.total_amount)}`,
  ];
}

function creditNoteOf(ctx: Context, refund: Refund): string[] {
  if (refund.status !== 'succeeded') throw ApiError.notFound('Credit note of refund', refund.refund_id);
  const payment = getPayment(ctx, refund.payment_id);
  return [
    ...headOf(ctx, `Credit note ${refund.refund_id}`, payment, refund.created_at),
    `Refunded: ${amountOf(refund.amount, refund.currency)}`,
  ];
}

function headOf(ctx: Context, title: string, payment: Payment, moment: string): string[] {
  const customer = ctx.store.customers.get(payment.customer_id);
  const buyer = customer ? `${customer.name}, ${customer.email}` : payment.customer_id;
  return [title, day(moment), buyer, `Payment ${payment.payment_id}`, 'A sandbox: no money has moved.', ''];
}

/** By the currency's letters: its sign may be none that the page's font has. */
const amountOf = (minorUnits: number, currency: string): string =>
  `${money(minorUnits, currency).replace(/[^\d.,-]/g, '')} ${currency}`;
