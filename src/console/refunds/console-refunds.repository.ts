import { Injectable } from '@nestjs/common';
import type { RefundState } from '../../billing/refunds/refund-state';
import { Database } from '../../database/database';
import type { PageRequest } from '../../http/pagination';

export interface RefundRow {
  id: string;
  orgId: string;
  orgName: string;
  state: RefundState;
  dodoPaymentId: string;
  dodoRefundId: string | null;
  amountMinor: number | null;
  currency: string | null;
  asks: number;
  askAgainAt: Date | null;
  failureCode: string | null;
  failureMessage: string | null;
  createdAt: Date;
  updatedAt: Date;
  settledAt: Date | null;
}

@Injectable()
export class ConsoleRefundsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, and how many there are in all. */
  async listRefunds(
    state: RefundState | undefined,
    { limit, offset }: PageRequest,
  ): Promise<[RefundRow[], number]> {
    const rows = await this.database.manager.query<Stored[]>(
      `${SELECT} WHERE $1::text IS NULL OR refund.state = $1
        ORDER BY refund.created_at DESC, refund.id DESC LIMIT $2 OFFSET $3`,
      [state ?? null, limit, offset],
    );
    const [counted] = await this.database.manager.query<{ count: string }[]>(
      `SELECT count(*) FROM refunds WHERE $1::text IS NULL OR state = $1`,
      [state ?? null],
    );
    return [rows.map(toRow), Number(counted!.count)];
  }

  async findRefund(id: string): Promise<RefundRow | null> {
    const [row] = await this.database.manager.query<Stored[]>(`${SELECT} WHERE refund.id = $1`, [id]);
    return row ? toRow(row) : null;
  }
}

type Stored = Omit<RefundRow, 'amountMinor'> & { amountMinor: string | null };

function toRow(stored: Stored): RefundRow {
  return { ...stored, amountMinor: stored.amountMinor === null ? null : Number(stored.amountMinor) };
}

const SELECT = `
  SELECT refund.id, refund.org_id AS "orgId", org.name AS "orgName", refund.state,
         refund.dodo_payment_id AS "dodoPaymentId", refund.dodo_refund_id AS "dodoRefundId",
         refund.amount_minor AS "amountMinor", refund.currency, refund.asks, refund.ask_again_at AS "askAgainAt",
         refund.failure_code AS "failureCode", refund.failure_message AS "failureMessage",
         refund.created_at AS "createdAt", refund.updated_at AS "updatedAt", refund.settled_at AS "settledAt"
    FROM refunds refund JOIN organizations org ON org.id = refund.org_id`;
