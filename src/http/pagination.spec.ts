import { pageRequestSchema } from './pagination';

describe('pageRequestSchema', () => {
  it('starts with the first fifty', () => {
    expect(pageRequestSchema.parse({})).toEqual({ limit: 50, offset: 0 });
  });

  it.each([
    [{ limit: '1', offset: '0' }],
    [{ limit: '100', offset: '1000000000' }],
    [{ limit: '007', offset: '10' }],
  ])('takes %j', (query) => {
    expect(pageRequestSchema.parse(query)).toEqual({
      limit: Number(query.limit),
      offset: Number(query.offset),
    });
  });

  it.each([
    [{ limit: '0' }],
    [{ limit: '101' }],
    [{ limit: '' }],
    [{ limit: '-1' }],
    [{ limit: '1.5' }],
    [{ limit: '1e1' }],
    [{ limit: ' 5' }],
    [{ limit: '5\n' }],
    [{ limit: '٣' }],
    [{ limit: ['1', '2'] }],
    [{ offset: '-1' }],
    [{ offset: '1000000001' }],
    [{ offset: '99999999999999999999' }],
    [{ offset: 'all' }],
  ])('refuses %j', (query) => {
    const [issue, ...others] = pageRequestSchema.safeParse(query).error?.issues ?? [];
    expect(others).toEqual([]);
    expect(issue).toMatchObject({
      path: Object.keys(query),
      message: expect.stringMatching(/^must be a whole number from \d to \d+\.$/),
    });
  });
});
