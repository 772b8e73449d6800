import { Injectable } from '@nestjs/common';
import type { Plan } from './plan.entity';
import { PlansRepository } from './plans.repository';

@Injectable()
export class PlansService {
  constructor(private readonly plans: PlansRepository) {}

  listActive(): Promise<Plan[]> {
    return this.plans.listActive();
  }
}
