import { Clock } from '../clock';
import { loadConfig } from '../config';
import { RateLimiter } from './rate-limiter';

const ENVIRONMENT = {
  DATABASE_URL: 'postgres://localhost/billing',
  DODO_PAYMENTS_API_KEY: 'key',
  DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:4010',
  DODO_PAYMENTS_WEBHOOK_KEY: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  DODO_SETUP_FEE_PRODUCT_ID: 'pdt_fee',
};

describe('what an organization may ask of Dodo in a minute', () => {
  const limitOf = async (perMinute: number) => {
    const config = loadConfig({ ...ENVIRONMENT, DODO_REQUESTS_PER_MINUTE: String(perMinute) });
    return (await new RateLimiter(config, new Clock()).takeCostly('org_1', 'POST /billing/checkout'))!.limit;
  };

  it('is what Dodo takes, and never so little that nobody could be served', async () => {
    expect(await limitOf(240)).toBe(240);
    expect(await limitOf(1)).toBe(10);
  });
});
