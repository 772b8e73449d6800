import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import { enqueueEach } from '../../jobs/job-queue';
import type { DodoEvent } from './dodo-event.entity';
import { FOLLOWED_UNDER } from './dodo-events.repository';

export type ReceivedEvent = Pick<
  DodoEvent,
  'webhookId' | 'type' | 'eventAt' | 'subjects' | 'status' | 'receivedAt'
> & {
  body: Buffer;
  /** Of the request that brought it. */
  traceparent: string | null;
};

/** The way in to the inbox: the statement that each of Dodo's posts waits for. */
@Injectable()
export class ReceivedEventsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Those that were not here yet, each with the job that will follow it: one statement, so all of it or nothing, and
   * one round trip. In the order of their webhook ids, so that two statements with the same events can't deadlock. Its
   * text is the same for any number of them, so it is prepared once; their bodies go as one value in its bytes, which an
   * array would write as text. Answers how many jobs there are.
   */
  async insertEvents(events: readonly ReceivedEvent[]): Promise<number> {
    const column = <K extends keyof ReceivedEvent>(name: K) => events.map((it) => it[name]);
    const sizes = events.map(({ body }) => body.length);
    let end = 1;
    const starts = sizes.map((size) => (end += size) - size);
    const [row]: { count: number }[] = await this.database.manager.query(
      `WITH received AS (
         SELECT webhook_id, type, event_at, status, received_at, traceparent,
                substring($10::bytea FROM start FOR size) AS body, string_to_array(subjects, ' ') AS subjects
           FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[],
                       $7::text[], $8::int[], $9::int[])
             AS event (webhook_id, type, event_at, status, received_at, traceparent, subjects, start, size)
       ), inserted AS (
         INSERT INTO dodo_events (webhook_id, type, event_at, body, status, received_at, subjects)
         SELECT webhook_id, type, event_at, body, status, received_at, subjects FROM received
          ORDER BY webhook_id
         ON CONFLICT (webhook_id) DO NOTHING
         RETURNING id, webhook_id, status
       ), due AS (
         SELECT json_strip_nulls(json_build_object('eventId', id::text, 'traceparent', (
                  SELECT traceparent FROM received WHERE received.webhook_id = inserted.webhook_id LIMIT 1))) AS payload,
                '${FOLLOWED_UNDER}' || id AS key
           FROM inserted WHERE status = 'pending'
       ) ${enqueueEach('dodo-event.process', 'due')}`,
      [
        column('webhookId'),
        column('type'),
        column('eventAt'),
        column('status'),
        column('receivedAt'),
        column('traceparent'),
        events.map(({ subjects }) => subjects.join(' ')),
        starts,
        sizes,
        Buffer.concat(column('body')),
      ],
    );
    return row!.count;
  }
}
