import { Injectable } from '@nestjs/common';
import type { OperatorAction } from '../../auth/operator-action.entity';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import type { Page, PageRequest } from '../../http/pagination';

@Injectable()
export class AuditService {
  constructor(private readonly log: OperatorActionsRepository) {}

  async list(page: PageRequest): Promise<Page<OperatorAction>> {
    const [items, total] = await this.log.listActions(page);
    return { items, total, ...page };
  }
}
