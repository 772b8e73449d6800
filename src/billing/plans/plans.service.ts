import { Injectable } from '@nestjs/common';
import { TRIAL_PERIOD_DAYS, setupFeeBeside } from '../trials/trial';
import type { Plan } from './plan.entity';
import type { PlanView } from './plans.dto';
import { PlansRepository } from './plans.repository';

@Injectable()
export class PlansService {
  constructor(private readonly plans: PlansRepository) {}

  async listOnSale(): Promise<PlanView[]> {
    const plans = await this.plans.listActive();
    const setupFee = setupFeeBeside(plans);
    return plans.map((plan) => toView(plan, setupFee));
  }
}

function toView(plan: Plan, setupFee: PlanView['setupFee']): PlanView {
  return {
    id: plan.id,
    name: plan.name,
    price: { amount: plan.amountMinor, currency: plan.currency },
    interval: plan.interval,
    trialDays: TRIAL_PERIOD_DAYS,
    setupFee,
    monthlyCredits: plan.monthlyCredits,
    accountLimit: plan.accountLimit,
  };
}
