import { AdoptionService } from '../../src/billing/adoption/adoption.service';
import { StillService } from '../support/still-service';

describe('a customer from before', () => {
  const service = StillService.ofThisSuite();

  it('has a subscription once that is on several pages, as when another one is added meanwhile', async () => {
    const { customer_id } = await service.sandbox.call<{ customer_id: string }>('POST', '/customers', {
      name: 'Acme',
      email: 'before@acme.com',
    });
    const { subscription_id } = await service.sandbox.buyElsewhere({
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { customer_id },
    });
    const page = await service.sandbox.call<object>('GET', `/subscriptions?customer_id=${customer_id}`);
    const headers = { 'content-type': 'application/json' };
    const always = { method: 'GET', kind: 'error_before', status: 200, times: 99 } as const;
    await service.sandbox.fault({ ...always, path: '/subscriptions', body: JSON.stringify(page), headers });
    const { orgId } = await service.newOrg();
    const { subscriptions } = await service.get(AdoptionService).preview(orgId, customer_id);
    expect(subscriptions).toEqual([
      { subscriptionId: subscription_id, status: 'active', planId: 'plan_pro' },
    ]);
  });
});
