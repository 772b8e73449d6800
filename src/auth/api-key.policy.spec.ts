import type { ApiKey } from './api-key.entity';
import { HashedKey } from './api-key';
import { isExpired, powerOf, requireAnotherWayIn, requireNoMoreThanOwn } from './api-key.policy';
import { Forbidden } from './auth.errors';

const LAST_WAY_IN = /^No other key with keys:write lasts as long as this one/;
const now = new Date('2026-11-23T12:00:00Z');
const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

function keyOf(id: string, expiresAt: Date | null = null, scopes = ['keys:write']): ApiKey {
  return { id, expiresAt, scopes } as ApiKey;
}

describe('isExpired', () => {
  it.each([
    ['one that never does', null, false],
    ['one that lasts a while', inHours(1), false],
    ['one whose time is now', now, true],
    ['one whose time was before', inHours(-1), true],
  ])('of %s', (_, expiresAt, expected) => {
    expect(isExpired({ expiresAt }, now)).toBe(expected);
  });
});

describe('requireAnotherWayIn', () => {
  const judge = (key: ApiKey, others: ApiKey[], until: Date | null = now) =>
    requireAnotherWayIn([key, ...others], key, until, now);

  it('refuses to end the only key that manages keys', () => {
    expect(() => judge(keyOf('a'), [])).toThrow(LAST_WAY_IN);
    expect(() => judge(keyOf('a'), [keyOf('b', null, ['billing:read'])])).toThrow(LAST_WAY_IN);
    expect(() => judge(keyOf('a', inHours(2)), [], inHours(1))).toThrow(LAST_WAY_IN);
  });

  it('lets it end when another one lasts as long', () => {
    expect(() => judge(keyOf('a'), [keyOf('b')])).not.toThrow();
    expect(() => judge(keyOf('a', inHours(2)), [keyOf('b', inHours(2))])).not.toThrow();
    expect(() =>
      judge(keyOf('a', inHours(2)), [keyOf('b', inHours(9), ['billing:read', 'keys:write'])]),
    ).not.toThrow();
  });

  it('does not count one that ends earlier', () => {
    expect(() => judge(keyOf('a'), [keyOf('b', inHours(9))])).toThrow(LAST_WAY_IN);
    expect(() => judge(keyOf('a', inHours(2)), [keyOf('b', inHours(1)), keyOf('c', inHours(1))])).toThrow(
      LAST_WAY_IN,
    );
  });

  it('does not mind what shortens nothing', () => {
    expect(() => judge(keyOf('a', inHours(2)), [], inHours(2))).not.toThrow();
    expect(() => judge(keyOf('a', inHours(2)), [], inHours(3))).not.toThrow();
    expect(() => judge(keyOf('a', inHours(2)), [], null)).not.toThrow();
  });

  it('does not mind a key that manages no keys, or has expired', () => {
    expect(() => judge(keyOf('a', null, ['billing:write']), [])).not.toThrow();
    expect(() => judge(keyOf('a', inHours(-1)), [], inHours(-2))).not.toThrow();
  });
});

describe('requireNoMoreThanOwn', () => {
  const judge = (own: ApiKey, wanted: ApiKey) => () => requireNoMoreThanOwn(own, wanted);

  it('lets a key hand out what it has, and what gates nothing here', () => {
    const own = keyOf('a', null, ['billing:read', 'keys:write']);
    expect(judge(own, keyOf('b', null, ['billing:read', 'posts:write']))).not.toThrow();
  });

  it('refuses what it does not have, and names it', () => {
    const own = keyOf('a', null, ['billing:read']);
    const wanted = keyOf('b', null, ['keys:write', 'billing:write', 'billing:read', 'posts:write']);
    expect(judge(own, wanted)).toThrow(Forbidden);
    expect(judge(own, wanted)).toThrow(
      'This API key lacks billing:write, keys:write: it can not hand out what it does not have itself.',
    );
  });

  it('refuses what outlasts it, and says until when', () => {
    const own = keyOf('a', inHours(2));
    expect(judge(own, keyOf('b', inHours(1)))).not.toThrow();
    expect(judge(own, keyOf('b', inHours(2)))).not.toThrow();
    for (const later of [inHours(3), null]) {
      expect(judge(own, keyOf('b', later))).toThrow(Forbidden);
      expect(judge(own, keyOf('b', later))).toThrow('stops working at 2026-11-23T14:00:00.000Z');
    }
    expect(judge(keyOf('a'), keyOf('b'))).not.toThrow();
  });
});

describe('powerOf', () => {
  const [current, previous, another] = [1, 2, 3].map((fill) => HashedKey.of(Buffer.alloc(32, fill))) as [
    HashedKey,
    HashedKey,
    HashedKey,
  ];
  const rotated = (graceEnd: Date | null, expiresAt: Date | null = null) =>
    Object.assign(keyOf('a', expiresAt), {
      hash: current.bytes,
      previousHash: previous.bytes,
      previousExpiresAt: graceEnd,
    });

  it('is all of the key for its own secret, and nothing for another', () => {
    expect(powerOf(rotated(null), current, now)).toMatchObject({ scopes: ['keys:write'], expiresAt: null });
    expect(powerOf(rotated(inHours(1)), another, now)).toBeNull();
  });

  it('lasts as long as its grace for a secret that was replaced, and no longer than the key', () => {
    expect(powerOf(rotated(inHours(1)), previous, now)?.expiresAt).toEqual(inHours(1));
    expect(powerOf(rotated(inHours(2), inHours(1)), previous, now)?.expiresAt).toEqual(inHours(1));
  });

  it('is nothing for a secret whose grace is over, or that had none', () => {
    expect(powerOf(rotated(now), previous, now)).toBeNull();
    expect(powerOf(rotated(inHours(-1)), previous, now)).toBeNull();
    expect(powerOf(rotated(null), previous, now)).toBeNull();
  });
});
