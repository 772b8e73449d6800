import { Injectable } from '@nestjs/common';
import type { Page } from '../../http/pagination';
import type { HistoryItem, HistoryRequest } from './history.dto';
import { HistoryRepository } from './history.repository';

/** Answers what has happened so far: payments, refunds and plan changes, newest first. */
@Injectable()
export class HistoryService {
  constructor(private readonly history: HistoryRepository) {}

  async list(orgId: string, { type, limit, offset }: HistoryRequest): Promise<Page<HistoryItem>> {
    const only = type ?? null;
    const [items, total] = await Promise.all([
      this.history.listEntries(orgId, only, { limit, offset }),
      this.history.countEntries(orgId, only),
    ]);
    return { items, total, limit, offset };
  }
}
