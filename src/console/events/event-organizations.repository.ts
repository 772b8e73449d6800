import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';

/** Whom an event names, by any id that it carries. */
@Injectable()
export class EventOrganizationsRepository {
  constructor(private readonly database: Database) {}

  listOrganizations(eventId: string): Promise<{ id: string; name: string }[]> {
    return this.database.manager.query(
      `WITH named AS (SELECT unnest(subjects) AS id FROM dodo_events WHERE id = $1)
       SELECT id, name FROM organizations org
        WHERE org.id IN (SELECT id FROM named) OR org.dodo_customer_id IN (SELECT id FROM named) OR org.id IN (
          SELECT org_id FROM subscriptions WHERE dodo_subscription_id IN (SELECT id FROM named)
          UNION ALL SELECT org_id FROM payments WHERE dodo_payment_id IN (SELECT id FROM named)
          UNION ALL SELECT org_id FROM checkouts WHERE dodo_session_id IN (SELECT id FROM named))
        ORDER BY name`,
      [eventId],
    );
  }
}
