import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { NewOrganizations } from '../auth/new-organizations';
import { InboxService } from '../webhooks/inbound/inbox.service';
import { matchKey } from './org-of-event.service';

/** An event may name an organization that is not here yet: it is tried again when that appears. */
@Injectable()
export class EventsOfNewOrganizations implements OnModuleInit {
  constructor(
    private readonly newOrganizations: NewOrganizations,
    private readonly inbox: InboxService,
  ) {}

  onModuleInit(): void {
    this.newOrganizations.listen((tx, orgId) => this.inbox.announce(tx, [matchKey.organization(orgId)]));
  }
}
