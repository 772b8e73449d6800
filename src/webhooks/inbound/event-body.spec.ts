import { UnusableEvent } from './dodo-event.handlers';
import {
  parseEvent,
  readEventTime,
  readEventType,
  readHint,
  readSubjects,
  readTraceparent,
} from './event-body';

/** What is JSON and no object. */
const NO_OBJECTS = [null, 'text', 7, true, undefined, ['payment.succeeded']];

describe('the body of an event', () => {
  it('is read past a byte order mark, and as well as can be where it is no UTF-8', () => {
    expect(parseEvent(Buffer.from('\uFEFF{"a":1}'))).toEqual({ text: '{"a":1}', json: { a: 1 } });
    expect(parseEvent(Buffer.from([0x22, 0xff, 0x22])).json).toBe('\uFFFD');
    expect(() => parseEvent(Buffer.from('{'))).toThrow(SyntaxError);
  });
});

describe('the type', () => {
  it('is what it says', () => {
    expect(readEventType({ type: 'payment.succeeded' })).toBe('payment.succeeded');
  });

  it('is cut to a hundred characters, and has no NUL', () => {
    expect(readEventType({ type: 'x'.repeat(101) })).toBe('x'.repeat(100));
    expect(readEventType({ type: 'pay\0ment' })).toBe('payment');
  });

  it.each([...NO_OBJECTS, {}, { type: '' }, { type: 7 }, { type: null }])('is unknown in %j', (json) => {
    expect(readEventType(json)).toBe('unknown');
  });
});

describe('the subjects', () => {
  it('are the ids by which an event says whom and what it is about, each once, wherever they stand', () => {
    const text = JSON.stringify({
      data: {
        payment_id: 'pay_1',
        subscription_id: 'sub-1_A',
        customer: { customer_id: 'cus_1', name: 'pay_2' },
        checkout_session_id: 'cks_1',
        refunds: [{ refund_id: 'ref_1', payment_id: 'pay_1' }],
        disputes: [{ dispute_id: 'dsp_1' }],
        metadata: { org_id: 'org_1', checkout_id: 'cs_1' },
        product_id: 'pdt_1',
        brand_id: 'brd_1',
        discount_id: null,
      },
    });
    expect(readSubjects(text)).toEqual([
      'pay_1',
      'sub-1_A',
      'cus_1',
      'cks_1',
      'ref_1',
      'dsp_1',
      'org_1',
      'cs_1',
    ]);
  });

  it.each([
    ['"payment_id" \n : \t "pay_1"', ['pay_1']],
    ['"payment_id":"pay_1"', ['pay_1']],
    ['"payment_id"x:"pay_1"', []],
    ['"payment_id":x"pay_1"', []],
    ['"payment_id":"pay 1"', []],
    ['"payment_id":""', []],
    ['"payment_id":7', []],
    ['"note":"\\"payment_id\\":\\"pay_1\\""', []],
    [`"payment_id":"${'x'.repeat(100)}"`, ['x'.repeat(100)]],
    [`"payment_id":"${'x'.repeat(101)}"`, []],
  ])('of %s are %j', (text, ids) => {
    expect(readSubjects(`{${text}}`)).toEqual(ids);
  });

  it('are fifty at most', () => {
    const ids = Array.from({ length: 51 }, (_, n) => `pay_${n}`);
    const text = JSON.stringify(ids.map((payment_id) => ({ payment_id })));
    expect(readSubjects(text)).toEqual(ids.slice(0, 50));
  });
});

describe('the time', () => {
  it.each(['2026-11-23T12:00:00Z', '2000-01-01T00:00:00Z', '9999-12-31T00:00:00Z'])('is %s', (timestamp) => {
    expect(readEventTime({ timestamp })).toEqual(new Date(timestamp));
  });

  it.each([
    ...NO_OBJECTS,
    {},
    { timestamp: 1_700_000_000_000 },
    { timestamp: 'soon' },
    { timestamp: '1999-12-31T23:59:59Z' },
    { timestamp: '9999-12-31T00:00:01Z' },
  ])('is not known from %j', (json) => {
    expect(readEventTime(json)).toBeNull();
  });
});

describe('the trace', () => {
  it('is in the metadata of the object', () => {
    expect(readTraceparent({ data: { metadata: { traceparent: '00-abc' } } })).toBe('00-abc');
  });

  it.each([...NO_OBJECTS, {}, { data: null }, { data: {} }, { data: { metadata: 'x' } }])(
    'is not in %j',
    (json) => {
      expect(readTraceparent(json)).toBeUndefined();
    },
  );
});

describe('the hint', () => {
  it('is the type, and the data', () => {
    const body = Buffer.from('{"type":"other","data":{"payment_id":"pay_1"}}');
    expect(readHint('payment.succeeded', body)).toEqual({
      type: 'payment.succeeded',
      data: { payment_id: 'pay_1' },
    });
  });

  it.each([
    ['"bus_1"', { businessId: 'bus_1' }],
    ['7', {}],
    ['null', {}],
  ])('says whose it is, where that is a text (%s)', (business, expected) => {
    const body = Buffer.from(`{"business_id":${business},"data":{}}`);
    expect(readHint('other', body)).toEqual({ type: 'other', data: {}, ...expected });
  });

  it.each(['null', '7', '"text"', '[]', '{}', '{"data":null}', '{"data":[]}', '{"data":"x"}'])(
    'is none in %s',
    (body) => {
      expect(() => readHint('x', Buffer.from(body))).toThrow(UnusableEvent);
      expect(() => readHint('x', Buffer.from(body))).toThrow('The event has no data object.');
    },
  );
});
