import { reasonToDisable } from './delinquency.policy';

describe('when an endpoint is switched off', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  const attempt = { httpStatus: 500, isLast: true, failingSince: hoursAgo(72) };

  it('is at once when it says that it is gone', () => {
    const first = { httpStatus: 410, isLast: false, failingSince: now };
    expect(reasonToDisable(first, now)).toBe('gone');
  });

  it('is when a delivery is given up and nothing has got through for three days', () => {
    expect(reasonToDisable(attempt, now)).toBe('failing');
    expect(reasonToDisable({ ...attempt, httpStatus: null }, now)).toBe('failing');
  });

  it('is not while the delivery has tries left', () => {
    expect(reasonToDisable({ ...attempt, isLast: false, failingSince: hoursAgo(900) }, now)).toBeNull();
  });

  it('is not before three days', () => {
    expect(reasonToDisable({ ...attempt, failingSince: hoursAgo(71.9) }, now)).toBeNull();
  });

  it.each([404, 429, 500, 302, null])('is never for a single %s', (httpStatus) => {
    expect(reasonToDisable({ httpStatus, isLast: true, failingSince: now }, now)).toBeNull();
  });
});
