import { Injectable } from '@nestjs/common';
import type { RefundState } from '../refunds/refund-state';
import { HeldObjectsRepository } from './held-objects.repository';
import type { HeldObject } from './held-objects.repository';
import type { Found, ObjectKind } from './reconciliation-finding.entity';
import type { Difference } from './reconciliation-findings.repository';

const BATCH = 100;

/** Differences among what we hold, and where to go on; null when there are no more. */
export interface OpenObjects {
  differences: Difference[];
  nextCursor: string | null;
}

const FOUND_OF_REFUND: Record<RefundState, Found> = {
  owed: 'refund_not_made',
  requested: 'refund_not_made',
  pending: 'refund_pending',
  review: 'refund_pending',
  succeeded: 'refund_pending',
  failed: 'refund_failed',
  settled_by_hand: 'refund_failed',
};

/** What we hold and is not settled, whatever Dodo's lists have shown: it is asked about by its id. */
@Injectable()
export class OurOpenObjects {
  constructor(private readonly held: HeldObjectsRepository) {}

  async subscriptions(reconciliationId: string, cursor: string): Promise<OpenObjects> {
    const unseen = await this.held.listUnseenSubscriptions(reconciliationId, cursor, BATCH);
    return toOpenObjects('subscription', unseen, () => 'not_listed');
  }

  async payments(cursor: string): Promise<OpenObjects> {
    return toOpenObjects(
      'payment',
      await this.held.listIncompletePayments(cursor, BATCH),
      () => 'incomplete',
    );
  }

  async disputes(cursor: string): Promise<OpenObjects> {
    const undecided = await this.held.listUndecidedPayments(cursor, BATCH);
    return toOpenObjects('payment', undecided, () => 'dispute_open');
  }

  async refunds(cursor: string): Promise<OpenObjects> {
    const refunds = await this.held.listUnsettledRefunds(cursor, BATCH);
    return toOpenObjects('refund', refunds, ({ state }) => FOUND_OF_REFUND[state]);
  }
}

function toOpenObjects<T extends HeldObject>(
  kind: ObjectKind,
  objects: T[],
  foundOf: (object: T) => Found,
): OpenObjects {
  const differences = objects.map((object) => ({
    kind,
    objectId: object.id,
    orgId: object.orgId,
    found: foundOf(object),
    outcome: 'open' as const,
    detail: null,
  }));
  return { differences, nextCursor: objects.at(-1)?.id ?? null };
}
