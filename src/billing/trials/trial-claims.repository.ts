import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { insertIfAbsent, readRow } from '../../database/plain-rows';
import { TrialClaim } from './trial-claim.entity';

/** By what a trial that was had is found again; null: not looked for. */
export type Claimant = Pick<TrialClaim, 'orgId' | 'identity' | 'dodoCustomerId'>;

@Injectable()
export class TrialClaimsRepository {
  constructor(private readonly database: Database) {}

  /** False when org, mail box or customer has had a trial already. */
  insertClaim(tx: Tx, claim: TrialClaim): Promise<boolean> {
    return insertIfAbsent(tx, TrialClaim, claim);
  }

  findBySubscription(tx: Tx, dodoSubscriptionId: string): Promise<TrialClaim | null> {
    return tx.findOneBy(TrialClaim, { dodoSubscriptionId });
  }

  async hasClaim({ orgId, identity, dodoCustomerId }: Claimant): Promise<boolean> {
    const claim = await readRow(
      this.database.manager,
      TrialClaim,
      'org_id = $1 OR identity = $2 OR dodo_customer_id = $3',
      [orgId, identity, dodoCustomerId],
    );
    return claim !== null;
  }
}
