import { Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { Database } from '../database/database';
import type { Tx } from '../database/database';
import type { PageRequest } from '../http/pagination';
import { withoutNul } from '../without-nul';
import type { Operator } from './operator';
import { OperatorAction } from './operator-action.entity';
import type { OperatorDeed } from './operator-action.entity';

/** What was done; who did it and why comes from the {@link Operator}. */
export interface Deed {
  what: OperatorDeed;
  target?: string;
  orgId?: string;
  outcome?: string;
}

const SHOWN_OF_ONE = 20;

/**
 * The audit log. Whatever a person changes is written here in the transaction
 * that changes it, so there is neither without the other. Entries stay as they are.
 */
@Injectable()
export class OperatorActionsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insertAction(tx: Tx, by: Operator, deed: Deed): Promise<void> {
    await tx.insert(OperatorAction, {
      at: this.clock.now(),
      who: withoutNul(by.name),
      via: by.via,
      what: deed.what,
      target: deed.target ?? null,
      orgId: deed.orgId ?? null,
      reason: by.reason === null ? null : withoutNul(by.reason),
      outcome: deed.outcome ?? null,
    });
  }

  /** Newest first, and how many there are in all. */
  listActions({ limit, offset }: PageRequest): Promise<[OperatorAction[], number]> {
    return this.database.manager.findAndCount(OperatorAction, {
      order: { id: 'DESC' },
      take: limit,
      skip: offset,
    });
  }

  /** What was done to this, newest first: as many as a page about it shows. */
  listLatestOn(target: string): Promise<OperatorAction[]> {
    return this.database.manager.find(OperatorAction, {
      where: { target },
      order: { id: 'DESC' },
      take: SHOWN_OF_ONE,
    });
  }
}
