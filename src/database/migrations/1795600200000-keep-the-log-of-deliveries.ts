import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepTheLogOfDeliveries1795600200000 implements MigrationInterface {
  name = 'KeepTheLogOfDeliveries1795600200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(DELIVERIES);
    await db.query(ATTEMPTS);
    await db.query(
      `CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE status = 'pending'`,
    );
    await db.query(`CREATE INDEX webhook_deliveries_log_idx ON webhook_deliveries (endpoint_id, seq DESC)`);
    await db.query(`CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (created_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE webhook_attempts`);
    await db.query(`DROP TABLE webhook_deliveries`);
  }
}

const FAILURES = `('url_not_allowed', 'private_address', 'dns_lookup_failed', 'connection_refused', 'connection_failed',
  'connection_timeout', 'tls_failed', 'response_timeout', 'bad_response', 'redirect_refused', 'gone', 'http_status',
  'secret_unreadable')`;

const DELIVERIES = `
  CREATE TABLE webhook_deliveries (
    id              text PRIMARY KEY,
    seq             bigint GENERATED ALWAYS AS IDENTITY,
    org_id          text NOT NULL,
    endpoint_id     text NOT NULL,
    event_id        text NOT NULL,
    event           text NOT NULL,
    status          text NOT NULL,
    attempt         integer NOT NULL DEFAULT 0,
    tries           integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    http_status     integer,
    failure         text,
    duration_ms     integer,
    created_at      timestamptz NOT NULL,
    CONSTRAINT webhook_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id)
      REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    CONSTRAINT webhook_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES outbound_events (id) ON DELETE CASCADE,
    CONSTRAINT webhook_deliveries_once UNIQUE (event_id, endpoint_id),
    CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'failed')),
    CONSTRAINT webhook_deliveries_planned_check CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
    CONSTRAINT webhook_deliveries_failure_check CHECK (failure IN ${FAILURES})
  )`;

const ATTEMPTS = `
  CREATE TABLE webhook_attempts (
    delivery_id  text NOT NULL,
    attempt      integer NOT NULL,
    org_id       text NOT NULL,
    attempted_at timestamptz NOT NULL,
    http_status  integer,
    failure      text,
    duration_ms  integer NOT NULL,
    response     text NOT NULL,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, attempt),
    CONSTRAINT webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id)
      REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    CONSTRAINT webhook_attempts_failure_check CHECK (failure IN ${FAILURES})
  )`;
