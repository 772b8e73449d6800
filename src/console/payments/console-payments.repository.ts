import { Injectable } from '@nestjs/common';
import { CONCERN, GIVEN_BACK } from '../../billing/payments/payment-concerns';
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
  givenBackMinor: number;
  currency: string;
  concerns: PaymentConcern[];
  createdAt: Date;
}

@Injectable()
export class ConsolePaymentsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, and how many there are in all; `since` is `refundableSince`. */
  async listPayments(
    { status, concern }: PaymentFilter,
    since: Date,
    { limit, offset }: PageRequest,
  ): Promise<[PaymentRow[], number]> {
    const asked = `${SELECT}
     WHERE ($2::text IS NULL OR payment.status = $2) AND ${concern === undefined ? 'true' : CONCERN[concern]}`;
    const parameters = [since, status ?? null];
    const rows = await this.database.manager.query<Stored[]>(
      `${asked} ORDER BY payment.dodo_created_at DESC, payment.dodo_payment_id DESC LIMIT $3 OFFSET $4`,
      [...parameters, limit, offset],
    );
    const [counted] = await this.database.manager.query<{ count: string }[]>(
      `SELECT count(*) FROM (${asked}) asked`,
      parameters,
    );
    return [rows.map(toRow), Number(counted!.count)];
  }
}

type Stored = Omit<PaymentRow, 'totalMinor' | 'givenBackMinor'> &
  Record<'totalMinor' | 'givenBackMinor', string>;

function toRow(stored: Stored): PaymentRow {
  return { ...stored, totalMinor: Number(stored.totalMinor), givenBackMinor: Number(stored.givenBackMinor) };
}

const CONCERNS = Object.entries(CONCERN).map(([name, holds]) => `CASE WHEN ${holds} THEN '${name}' END`);

const SELECT = `
  SELECT payment.dodo_payment_id AS id, payment.org_id AS "orgId", org.name AS "orgName", payment.status,
         payment.total_minor AS "totalMinor", ${GIVEN_BACK} AS "givenBackMinor", payment.currency,
         array_remove(ARRAY[${CONCERNS.join(', ')}], NULL) AS concerns, payment.dodo_created_at AS "createdAt"
    FROM payments payment
    JOIN organizations org ON org.id = payment.org_id
    LEFT JOIN subscriptions sub ON sub.dodo_subscription_id = payment.dodo_subscription_id`;
