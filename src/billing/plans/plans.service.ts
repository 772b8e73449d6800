import { Injectable } from '@nestjs/common';
import { SETUP_FEE, TRIAL_PERIOD_DAYS } from '../trials/trial';
import type { Plan } from './plan.entity';
import type { PlanView } from './plans.dto';
import { PlansRepository } from './plans.repository';

@Injectable()
export class PlansService {
  constructor(private readonly plans: PlansRepository) {}

  async listOnSale(): Promise<PlanView[]> {
    return (await this.plans.listActive()).map(toView);
  }
}

function toView(plan: Plan): PlanView {
  return {
    id: plan.id,
    name: plan.name,
    price: { amount: plan.amountMinor, currency: plan.currency },
    interval: plan.interval,
    trialDays: TRIAL_PERIOD_DAYS,
    setupFee: SETUP_FEE,
    monthlyCredits: plan.monthlyCredits,
    accountLimit: plan.accountLimit,
  };
}
