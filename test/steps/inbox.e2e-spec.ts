import { Database } from '../../src/database/database';
import {
  DodoEventHandlers,
  NoOrganization,
  NothingToFollow,
  UnusableEvent,
} from '../../src/webhooks/inbound/dodo-event.handlers';
import { OverviewRepository } from '../../src/console/overview/overview.repository';
import { Metrics } from '../../src/watch/metrics';
import { parseEvent } from '../../src/webhooks/inbound/event-body';
import { DodoEventsRepository } from '../../src/webhooks/inbound/dodo-events.repository';
import { DodoEventsService } from '../../src/webhooks/inbound/dodo-events.service';
import { InboxService } from '../../src/webhooks/inbound/inbox.service';
import { StillService } from '../support/still-service';
import { THE_TESTS } from '../support/test-service';

const TYPE = 'step.taken';

describe('the inbox, step by step', () => {
  const service = StillService.ofThisSuite();
  let inbox: InboxService;
  /** What the handler does at each of its next calls; nothing once they are used up. */
  let script: (() => void)[] = [];
  let seen: unknown[] = [];
  let count = 0;

  beforeAll(async () => {
    inbox = service.get(InboxService);
    service.get(DodoEventHandlers).register({
      [TYPE]: async (hint) => {
        seen.push(hint);
        script.shift()?.();
      },
    });
  });
  beforeEach(async () => {
    [script, seen] = [[], []];
    await service.takeJobs('dodo-event.process');
    await service.takeJobs('dodo-event.rematch');
    await service.query(`DELETE FROM dodo_events`);
  });

  const fail = (error: Error) => () => {
    throw error;
  };
  const waitsFor = (...keys: string[]) => fail(new NoOrganization(keys));

  async function store(body: object | string = { type: TYPE, data: { n: 1 } }): Promise<string> {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const webhookId = `msg_${(count += 1)}`;
    await inbox.store(webhookId, bytes, parseEvent(bytes));
    const [{ id }] = await service.query('SELECT id FROM dodo_events WHERE webhook_id = $1', [webhookId]);
    return id;
  }

  async function rowOf(id: string) {
    const [row] = await service.query(
      `SELECT status, attempts, error, match_keys AS "matchKeys", processed_at AS "processedAt"
         FROM dodo_events WHERE id = $1`,
      [id],
    );
    return row;
  }

  const follow = (eventId: string) => service.run('dodo-event.process', { eventId });
  const planned = () => service.takeJobs('dodo-event.process');
  const announce = (...keys: string[]) => service.get(Database).transaction((tx) => inbox.announce(tx, keys));

  it.each(['../payments', '.', '..', 'pay_\0x', 'pay 1', 'é', `pay_${'x'.repeat(5000)}`, 7, null])(
    'is given up at once when it is about a payment whose id is none: %p',
    async (payment_id) => {
      const id = await store({ type: 'payment.succeeded', data: { payment_id } });
      await follow(id);
      const error = expect.stringMatching(/payment_id/);
      expect(await rowOf(id)).toMatchObject({ status: 'dead', attempts: 1, error });
    },
  );

  describe('what is followed once more', () => {
    const daysAgo = async (id: string, days: number) =>
      service.query(`UPDATE dodo_events SET received_at = $2 WHERE id = $1`, [
        id,
        service.clock.secondsFromNow(-days * 86_400),
      ]);
    const oldest = () => service.get(DodoEventsRepository).findOldestPendingTime();

    it('has waited since then, not since it came', async () => {
      const id = await store();
      await daysAgo(id, 3);
      expect(await oldest()).toEqual(service.clock.secondsFromNow(-3 * 86_400));
      await follow(id);
      await service.get(DodoEventsService).replay(id, THE_TESTS);
      expect(await oldest()).toEqual(service.clock.now());
    });

    it('is late by as much as it was followed after that', async () => {
      const lag = async () => {
        const { body } = await service.get(Metrics).text();
        return Number(/^billing_inbox_lag_seconds_sum (\S+)$/m.exec(body)?.[1] ?? 0);
      };
      const id = await store();
      await follow(id);
      const before = await lag();
      await daysAgo(id, 3);
      await service.get(DodoEventsService).replay(id, THE_TESTS);
      service.clock.passSeconds(7);
      await follow(id);
      expect((await lag()) - before).toBe(7);
      const { medianSeconds } = await service.get(OverviewRepository).findInboxFigures(new Date(0));
      expect(medianSeconds).toBe(7);
    });

    it('waits from its turn on, one a second, behind what came by itself and still waits', async () => {
      const ids = [await store(), await store(), await store()];
      for (const id of ids) {
        await daysAgo(id, 3);
        await follow(id);
      }
      expect(await oldest()).toBeNull();
      await service.get(DodoEventsService).replayMany({ status: 'processed' }, THE_TESTS);
      for (const [i, id] of ids.entries()) {
        expect(await oldest()).toEqual(service.clock.secondsFromNow(i));
        await follow(id);
      }
      const own = await store();
      await daysAgo(own, 1);
      await service.get(DodoEventsService).replay(ids[0]!, THE_TESTS);
      expect(await oldest()).toEqual(service.clock.secondsFromNow(-86_400));
    });
  });

  describe('what Dodo does not show', () => {
    const told = (payment_id: string, business_id?: string) =>
      store({ business_id, type: 'payment.succeeded', data: { payment_id } });

    it('is asked for again while our own products can not be read to tell whose it is', async () => {
      const id = await told('pay_nobody', 'bus_other');
      await service.sandbox.fault({ method: 'GET', path: '/products/*', kind: 'error_before', status: 503 });
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'pending', error: expect.stringContaining('product') });
    });

    it.each(['bus_sandbox', undefined])('is asked for again when it may be ours (%s)', async (business) => {
      const id = await told('pay_nobody', business);
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'pending', error: expect.stringContaining('404') });
      expect(await planned()).toHaveLength(1);
    });

    it.each([500, 403])('is asked for again when Dodo says %i, whose it may be', async (status) => {
      const id = await told('pay_nobody', 'bus_other');
      const path = '/payments/pay_nobody';
      await service.sandbox.fault({ method: 'GET', path, kind: 'error_before', status });
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'pending' });
    });

    it('is none of ours when it is of another business: it ends there, and says so', async () => {
      const id = await told('pay_nobody', 'bus_other');
      await follow(id);
      expect(await rowOf(id)).toMatchObject({
        status: 'ignored',
        error: 'The event is of another business at Dodo, bus_other; ours is bus_sandbox.',
        processedAt: service.clock.now(),
      });
    });

    it('is no question where our key reads it, whatever the event says', async () => {
      const { payment_id } = await service.buy(await service.newOrg());
      const id = await told(payment_id, 'bus_other');
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'processed' });
    });
  });

  describe('what comes', () => {
    it('is stored with the job that follows it', async () => {
      const id = await store();
      expect(await rowOf(id)).toMatchObject({ status: 'pending', attempts: 0 });
      expect(await planned()).toEqual([{ payload: { eventId: id }, delaySeconds: 0 }]);
    });

    it('is kept without one when nothing follows its type', async () => {
      const id = await store({ type: 'nobody.knows', data: {} });
      expect(await rowOf(id)).toMatchObject({ status: 'ignored' });
      expect(await planned()).toEqual([]);
    });

    it('keeps its own bytes and ids, among others of the same moment', async () => {
      const bodies = ['a', 'bb', 'ccc'].map((word, day) => ({
        type: TYPE,
        timestamp: `2026-11-0${day + 1}T12:00:00.000Z`,
        data: { customer_id: `cus_${word}`, payment_id: `pay_${word}` },
      }));
      const ids = await Promise.all(bodies.map((body) => store(body)));
      for (const [index, id] of ids.entries()) {
        const { timestamp, data } = bodies[index]!;
        const [row] = await service.query('SELECT body, subjects, event_at FROM dodo_events WHERE id = $1', [
          id,
        ]);
        expect(row.body.toString()).toBe(JSON.stringify(bodies[index]));
        expect(row.subjects).toEqual([data.customer_id, data.payment_id]);
        expect(row.event_at.toISOString()).toBe(timestamp);
      }
    });
  });

  describe('an event that is followed', () => {
    it('is given to the handler of its type, and done with', async () => {
      const id = await store();
      await follow(id);
      expect(seen).toEqual([{ type: TYPE, data: { n: 1 } }]);
      expect(await rowOf(id)).toMatchObject({
        status: 'processed',
        attempts: 1,
        error: null,
        processedAt: service.clock.now(),
      });
    });

    it.each(['processed', 'ignored', 'dead'])('is left alone once it is %s', async (status) => {
      const id = await store();
      await service.query('UPDATE dodo_events SET status = $2 WHERE id = $1', [id, status]);
      await follow(id);
      expect(seen).toEqual([]);
      expect(await rowOf(id)).toMatchObject({ status, attempts: 0 });
    });

    it('may have gone', async () => {
      await expect(follow('0')).resolves.toBeUndefined();
    });

    it('is ignored when it turns out to say nothing that is followed here', async () => {
      const id = await store();
      script = [fail(new NothingToFollow('It says nothing.'))];
      await follow(id);
      expect(await rowOf(id)).toMatchObject({
        status: 'ignored',
        error: 'It says nothing.',
        processedAt: service.clock.now(),
      });
    });
  });

  describe('an event that can not be followed now', () => {
    it('stays pending with its error, and is tried again, later each time', async () => {
      const id = await store();
      await planned();
      for (const [attempts, delaySeconds] of [
        [1, 2.5],
        [2, 5],
        [3, 10],
      ]) {
        script = [fail(new Error('Dodo is away\u0000.'))];
        await follow(id);
        expect(await rowOf(id)).toMatchObject({ status: 'pending', attempts, error: 'Dodo is away.' });
        expect(await planned()).toEqual([{ payload: { eventId: id }, delaySeconds }]);
      }
    });

    it('is left alone for as long as Dodo asks, when it has had too many calls', async () => {
      await service.sandbox.fault({
        method: 'GET',
        path: '/payments/*',
        kind: 'error_before',
        status: 429,
        headers: { 'retry-after': '45' },
      });
      const id = await store({ type: 'payment.succeeded', data: { payment_id: 'pay_1' } });
      await planned();
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'pending', attempts: 1 });
      expect(await planned()).toEqual([{ payload: { eventId: id }, delaySeconds: 45 }]);
    });

    it.each([
      [198, 'pending', 1],
      [199, 'dead', 0],
    ])('after %i tries and one more it is %s', async (attempts, status, jobs) => {
      const id = await store();
      await planned();
      await service.query('UPDATE dodo_events SET attempts = $2 WHERE id = $1', [id, attempts]);
      script = [fail(new Error('Dodo is away.'))];
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status, attempts: attempts + 1 });
      expect(await planned()).toHaveLength(jobs);
    });

    it.each([
      ['has no data', 'The event has no data object.', `UPDATE dodo_events SET body = '{"data": 1}'`],
      [
        'has nobody to follow it any more',
        'Nothing follows events of type past.',
        `UPDATE dodo_events SET type = 'past'`,
      ],
    ])('is given up when it %s', async (_, error, spoil) => {
      const id = await store();
      await planned();
      await service.query(`${spoil} WHERE id = $1`, [id]);
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'dead', attempts: 1, error });
      expect(await planned()).toEqual([]);
    });

    it('is given up when its handler says that no retry can mend it', async () => {
      const id = await store();
      await planned();
      script = [fail(new UnusableEvent('It names nobody.'))];
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'dead', error: 'It names nobody.' });
      expect(await planned()).toEqual([]);
    });
  });

  describe('an event that fits no organization', () => {
    it('is looked at a second time: what it waits for may have come before it was marked', async () => {
      const id = await store();
      script = [waitsFor('customer:1')];
      await follow(id);
      expect(seen).toHaveLength(2);
      expect(await rowOf(id)).toMatchObject({ status: 'processed', error: null });
    });

    it('is kept with what it waits for, and looks once more by itself', async () => {
      const id = await store();
      await planned();
      script = [waitsFor('customer:1'), waitsFor('customer:1', 'session:1')];
      await follow(id);
      expect(await rowOf(id)).toMatchObject({
        status: 'unmatched',
        matchKeys: ['customer:1', 'session:1'],
        error: 'No organization fits customer:1, session:1.',
      });
      expect(await planned()).toEqual([{ payload: { eventId: id }, delaySeconds: 120 }]);

      script = [waitsFor('customer:1'), waitsFor('customer:1')];
      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'unmatched', matchKeys: ['customer:1'] });
      expect(await planned()).toEqual([]);

      await follow(id);
      expect(await rowOf(id)).toMatchObject({ status: 'processed' });
    });
  });

  it('counts every try by what came of it', async () => {
    const tries = async (): Promise<Map<string, number>> => {
      const { body } = await service.get(Metrics).text();
      const lines = body.matchAll(/^billing_inbox_tries_total\{outcome="(\w+)"\} (\d+)$/gm);
      return new Map([...lines].map(([, outcome, times]) => [outcome!, Number(times)]));
    };
    const before = await tries();
    script = [waitsFor('customer:1'), waitsFor('customer:1'), fail(new Error('Dodo is away.'))];
    for (const id of [await store(), await store(), await store()]) await follow(id);
    const counted = [...(await tries())].map(([outcome, times]) => [
      outcome,
      times - (before.get(outcome) ?? 0),
    ]);
    expect(Object.fromEntries(counted)).toMatchObject({ unmatched: 2, pending: 1, processed: 1 });
  });

  describe('an announcement', () => {
    /** Unmatched ones, which wait for this key. */
    async function keep(number: number, key: string): Promise<string[]> {
      const rows: { id: string }[] = await service.query(
        `INSERT INTO dodo_events (webhook_id, type, body, status, match_keys, received_at)
         SELECT 'kept_' || n, $2, '{"data": {}}', 'unmatched', ARRAY[$3, 'other:1'], now() FROM generate_series(1, $1::int) n
         RETURNING id`,
        [number, TYPE, key],
      );
      return rows.map(({ id }) => id);
    }

    it('plans nothing where no event waits for it', async () => {
      await keep(1, 'customer:1');
      await announce('customer:2', 'session:2');
      expect(await service.takeJobs('dodo-event.rematch')).toEqual([]);
    });

    it('has the events that wait for one of its keys followed', async () => {
      const [id] = await keep(1, 'customer:1');
      await announce('session:2', 'customer:1');
      const [job] = await service.takeJobs('dodo-event.rematch');
      expect(job!.payload).toEqual({ matchKeys: ['session:2', 'customer:1'] });
      await service.run('dodo-event.rematch', job!.payload);
      expect(await rowOf(id!)).toMatchObject({ status: 'pending' });
      expect(await planned()).toEqual([{ payload: { eventId: id }, delaySeconds: 0 }]);
      expect(await service.takeJobs('dodo-event.rematch')).toEqual([]);
    });

    it('takes many of them in turns', async () => {
      const ids = await keep(101, 'customer:1');
      await service.run('dodo-event.rematch', { matchKeys: ['customer:1'] });
      expect(await planned()).toHaveLength(100);
      expect(await rowOf(ids.at(-1)!)).toMatchObject({ status: 'unmatched' });
      const [job] = await service.takeJobs('dodo-event.rematch');
      await service.run('dodo-event.rematch', job!.payload);
      expect(await planned()).toEqual([{ payload: { eventId: ids.at(-1) }, delaySeconds: 0 }]);
      expect(await service.takeJobs('dodo-event.rematch')).toEqual([]);
    });
  });
});
