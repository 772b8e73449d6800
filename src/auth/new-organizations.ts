import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database';

type Listener = (tx: Tx, orgId: string) => Promise<void>;

/** Tells other rooms of a new organization, in the transaction that makes it; this one knows none of them. */
@Injectable()
export class NewOrganizations {
  private readonly listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  async announce(tx: Tx, orgId: string): Promise<void> {
    for (const listener of this.listeners) await listener(tx, orgId);
  }
}
