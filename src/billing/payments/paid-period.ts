/**
 * In SQL, of a `payment`: whether it pays for a period of a plan. Of what it lists, one line has to be of a product that
 * a plan is or was sold under; whatever stands beside that, such as add-ons, is no reason against it. What is sold on
 * the same subscription, and is no plan, buys no period. One that lists nothing, for good, counts for the plan.
 */
export const PAYS_FOR_A_PERIOD = `
  (payment.status = 'succeeded' AND payment.plan_minor > 0
    AND (payment.plan_product_id IS NULL OR EXISTS (
      SELECT FROM sold_products WHERE dodo_product_id = payment.plan_product_id AND plan_id IS NOT NULL)))`;
