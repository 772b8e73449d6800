import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { PageRequest } from '../../http/pagination';
import type { AttemptView } from '../../webhooks/outbound/deliveries.dto';
import type { DeliveryStatus } from '../../webhooks/outbound/webhook-delivery.entity';

export interface DeliveryRow {
  id: string;
  event: string;
  status: DeliveryStatus;
  attempt: number;
  httpStatus: number | null;
  failure: string | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
  orgId: string;
  orgName: string;
  endpointId: string;
  url: string;
  isEnabled: boolean;
}

/** Which deliveries are meant. `url`: a part of where they go. */
export interface DeliveryFilter {
  status: DeliveryStatus | undefined;
  url: string;
}

@Injectable()
export class ConsoleDeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, and how many there are in all. */
  async listDeliveries(
    { status, url }: DeliveryFilter,
    { limit, offset }: PageRequest,
  ): Promise<[DeliveryRow[], number]> {
    const filter = [status ?? null, `%${url.replace(/[\\%_]/g, '\\$&')}%`];
    const isMeant = '($1::text IS NULL OR delivery.status = $1)';
    const where = `WHERE ${isMeant} AND endpoint.url ILIKE $2`;
    const rows = await this.database.manager.query<DeliveryRow[]>(
      `SELECT ${COLUMNS} ${FROM} ${where} ORDER BY delivery.created_at DESC, delivery.seq DESC LIMIT $3 OFFSET $4`,
      [...filter, limit, offset],
    );
    // Without an address to look at, there is no need to join each delivery to its endpoint.
    const [meant, given] =
      url === ''
        ? [`FROM webhook_deliveries delivery WHERE ${isMeant}`, filter.slice(0, 1)]
        : [`${FROM} ${where}`, filter];
    const [counted] = await this.database.manager.query<{ count: string }[]>(
      `SELECT count(*) ${meant}`,
      given,
    );
    return [rows, Number(counted!.count)];
  }

  /** With the words that are sent. */
  async findDelivery(id: string): Promise<(DeliveryRow & { body: string }) | null> {
    const [row] = await this.database.manager.query<(DeliveryRow & { body: string })[]>(
      `SELECT ${COLUMNS}, told.body ${FROM}
         JOIN outbound_events told ON told.id = delivery.event_id
        WHERE delivery.id = $1`,
      [id],
    );
    return row ?? null;
  }

  listAttempts(id: string): Promise<AttemptView[]> {
    return this.database.manager.query(
      `SELECT attempt, attempted_at AS "attemptedAt", http_status AS "httpStatus", failure,
              duration_ms AS "durationMs", response
         FROM webhook_attempts WHERE delivery_id = $1 ORDER BY attempt DESC LIMIT 50`,
      [id],
    );
  }
}

const FROM = `
    FROM webhook_deliveries delivery
    JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
    JOIN organizations org ON org.id = endpoint.org_id`;

const COLUMNS = `
         delivery.id, delivery.event, delivery.status, delivery.attempt, delivery.http_status AS "httpStatus",
         delivery.failure, delivery.next_attempt_at AS "nextAttemptAt", delivery.created_at AS "createdAt",
         org.id AS "orgId", org.name AS "orgName", endpoint.id AS "endpointId", endpoint.url,
         endpoint.enabled AS "isEnabled"`;
