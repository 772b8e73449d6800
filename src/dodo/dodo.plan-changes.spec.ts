import { toPlanChange } from './dodo.plan-changes';

describe('a change of plan', () => {
  it('keeps the number and the add-ons that the subscription has', () => {
    const order = { productId: 'pdt_1', quantity: 5, addons: [{ id: 'adn_1', quantity: 2 }] };
    expect(toPlanChange(order, 'now_in_trial', false)).toMatchObject({
      product_id: 'pdt_1',
      quantity: 5,
      addons: [{ addon_id: 'adn_1', quantity: 2 }],
    });
  });
});
