import { Injectable } from '@nestjs/common';
import { CONCERN } from '../../billing/payments/payment-concerns';
import type { PaymentConcern } from '../../billing/payments/payment-concerns';
import type { Payment } from '../../billing/payments/payment.entity';
import { Database } from '../../database/database';
import type { PageRequest } from '../../http/pagination';

/** Which payments are meant; what is left out is not asked about. */
export interface PaymentFilter {
  status?: Payment['status'];
  concern?: PaymentConcern;
}

export interface PaymentRow {
  id: string;
  orgId: string;
  orgName: string;
  status: Payment['status'];
  totalMinor: number;
  refunds: RefundShown[];
  currency: string;
  concerns: PaymentConcern[];
  createdAt: Date;
}

/** One that we have asked for is as our own row has it, which hears of it first. */
export interface RefundShown {
  id: string;
  amountMinor: number | null;
  currency: string;
  status: string;
}

interface Details {
  subscriptionId: string | null;
  /** Why the subscription is one too many, if it is. */
  surplus: string | null;
  disputes: Payment['disputesAtDodo'];
}

export type PaymentDetail = PaymentRow & Details;

@Injectable()
export class ConsolePaymentsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, and how many there are in all; `since` is `refundableSince`. */
  async listPayments(
    { status, concern }: PaymentFilter,
    since: Date,
    { limit, offset }: PageRequest,
  ): Promise<[PaymentRow[], number]> {
    const asked = `($2::text IS NULL OR payment.status = $2) AND ${concern === undefined ? 'true' : CONCERN[concern]}`;
    const parameters = [since, status ?? null];
    const rows = await this.database.manager.query<Stored[]>(
      `${SELECT} WHERE ${asked} ORDER BY payment.dodo_created_at DESC, payment.dodo_payment_id DESC LIMIT $3 OFFSET $4`,
      [...parameters, limit, offset],
    );
    const [counted] = await this.database.manager.query<{ count: string }[]>(
      `SELECT count(*) ${COUNTED} WHERE $1::timestamptz IS NOT NULL AND ${asked}`,
      parameters,
    );
    return [rows.map(toRow), Number(counted!.count)];
  }

  async findPayment(id: string, since: Date): Promise<PaymentDetail | null> {
    const [row] = await this.database.manager.query<(Stored & Details)[]>(
      `${SELECT_DETAIL} WHERE payment.dodo_payment_id = $2`,
      [since, id],
    );
    return row ? { ...row, ...toRow(row) } : null;
  }
}

type Stored = Omit<PaymentRow, 'totalMinor'> & { totalMinor: string };

function toRow(stored: Stored): PaymentRow {
  return { ...stored, totalMinor: Number(stored.totalMinor) };
}

const CONCERNS = Object.entries(CONCERN).map(([name, holds]) => `CASE WHEN ${holds} THEN '${name}' END`);

/** A payment is not read again for each refund of ours that moves on: so those of the payment and ours, together. */
const REFUNDS = `
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', coalesce(ours.dodo_refund_id, made.id),
                                                'amountMinor', coalesce(ours.amount_minor, made."amountMinor"),
                                                'currency', coalesce(ours.currency, made.currency, payment.currency),
                                                'status', coalesce(ours.state, made.status))), '[]')
     FROM jsonb_to_recordset(payment.refunds_at_dodo)
            AS made (id text, status text, "amountMinor" bigint, currency text)
     FULL JOIN (SELECT * FROM refunds WHERE dodo_payment_id = payment.dodo_payment_id AND dodo_refund_id IS NOT NULL) ours
            ON ours.dodo_refund_id = made.id)`;

const COLUMNS = `
         payment.dodo_payment_id AS id, payment.org_id AS "orgId", org.name AS "orgName", payment.status,
         payment.total_minor AS "totalMinor", payment.currency, ${REFUNDS} AS refunds,
         array_remove(ARRAY[${CONCERNS.join(', ')}], NULL) AS concerns, payment.dodo_created_at AS "createdAt"`;

/** No more than a concern asks about: every payment has its organization, for which a count need not look. */
const COUNTED = `
    FROM payments payment
    LEFT JOIN subscriptions sub ON sub.dodo_subscription_id = payment.dodo_subscription_id`;

const FROM = `${COUNTED}
    JOIN organizations org ON org.id = payment.org_id`;

const SELECT = `SELECT ${COLUMNS} ${FROM}`;

const SELECT_DETAIL = `
  SELECT ${COLUMNS}, payment.dodo_subscription_id AS "subscriptionId", sub.surplus, payment.disputes_at_dodo AS disputes
  ${FROM}`;
