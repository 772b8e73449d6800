import type { INestApplicationContext } from '@nestjs/common';
import type { z } from 'zod';
import { AppError } from '../app-error';
import { handOutKeySchema } from '../auth/api-keys.dto';
import { ApiKeysService } from '../auth/api-keys.service';
import { operatorAtTerminal } from '../auth/operator';
import { createOrganizationSchema } from '../auth/organizations.dto';
import { OrganizationsService } from '../auth/organizations.service';
import { adoptRequestSchema } from '../billing/adoption/adoption.dto';
import { AdoptionService } from '../billing/adoption/adoption.service';
import { ReconciliationsService } from '../billing/reconciliation/reconciliations.service';
import { pageRequestSchema } from '../http/pagination';
import { complaintsOf } from '../http/validation.pipe';
import { listEventsSchema, replayEventsSchema } from '../webhooks/inbound/dodo-events.dto';
import { DodoEventsService } from '../webhooks/inbound/dodo-events.service';
import { examine } from './doctor.command';
import { provisionDodo } from './dodo-provision.command';
import { reconcile } from './reconcile.command';

interface Option {
  name: string;
  /** What stands for the value; without one, the option is a flag. */
  placeholder?: string;
  isOptional?: boolean;
}

export type Options = Record<string, string | undefined>;

interface CommandLine {
  words: string;
  purpose: string;
  options: Option[];
}

export interface Command extends CommandLine {
  /** Answers what is printed: one JSON object. */
  run(app: INestApplicationContext, options: Options): Promise<object>;
}

/** One that does without the service: its settings need not be complete, and there need be no database. */
export interface StandaloneCommand extends CommandLine {
  runAlone(options: Options): Promise<object>;
}

const PAGE: Option[] = [
  { name: 'limit', placeholder: 'N', isOptional: true },
  { name: 'offset', placeholder: 'N', isOptional: true },
];

/** The same checks as the route has. @throws {AppError} that names every option that is wrong */
function check<S extends z.ZodType>(schema: S, options: Record<string, unknown>): z.output<S> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw AppError.badRequest(
    complaintsOf(parsed.error.issues)
      .map(([option, message]) => `--${toFlag(option)} ${message}`)
      .join(' '),
  );
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Everything an operator can do from the command line. */
export const COMMANDS: Command[] = [
  {
    words: 'org create',
    purpose: 'Create an organization.',
    options: [
      { name: 'name', placeholder: 'NAME' },
      { name: 'email', placeholder: 'EMAIL' },
    ],
    async run(app, options) {
      const { name, email } = check(createOrganizationSchema, options);
      const { id } = await app.get(OrganizationsService).create(name, email, operatorAtTerminal());
      return { id, name, email };
    },
  },
  {
    words: 'key create',
    purpose: 'Create an API key for an organization. It is shown this once.',
    options: [
      { name: 'org', placeholder: 'ORG_ID' },
      { name: 'name', placeholder: 'NAME' },
      { name: 'scopes', placeholder: 'a,b', isOptional: true },
    ],
    async run(app, { org = '', ...options }) {
      const listed = options.scopes?.split(',').map((scope) => scope.trim());
      const { name, scopes } = check(handOutKeySchema, { ...options, scopes: listed });
      const { id, key } = await app.get(ApiKeysService).create(org, name, operatorAtTerminal(), scopes);
      return { id, key: key.reveal() };
    },
  },
  {
    words: 'org list',
    purpose: 'List the organizations, newest first.',
    options: PAGE,
    async run(app, options) {
      return app.get(OrganizationsService).list(check(pageRequestSchema, options));
    },
  },
  {
    words: 'org show',
    purpose: 'One organization, as it is now.',
    options: [{ name: 'id', placeholder: 'ORG_ID' }],
    async run(app, { id = '' }) {
      return app.get(OrganizationsService).view(id);
    },
  },
  {
    words: 'org adopt',
    purpose:
      'Take over the customer that an organization has at Dodo from before, with its subscriptions. With --dry-run only ' +
      'what would be done.',
    options: [
      { name: 'org', placeholder: 'ORG_ID' },
      { name: 'dodo-customer-id', placeholder: 'CUSTOMER_ID' },
      { name: 'dry-run', isOptional: true },
    ],
    async run(app, { org = '', 'dodo-customer-id': customerId, 'dry-run': dryRun }) {
      const { dodoCustomerId } = check(adoptRequestSchema, { dodoCustomerId: customerId });
      const adoption = app.get(AdoptionService);
      if (dryRun !== undefined) return adoption.preview(org, dodoCustomerId);
      return adoption.adopt(org, dodoCustomerId, operatorAtTerminal());
    },
  },
  {
    words: 'events list',
    purpose: 'List what Dodo has sent, newest first, without the bodies.',
    options: [
      { name: 'status', placeholder: 'STATUS', isOptional: true },
      { name: 'type', placeholder: 'TYPE', isOptional: true },
      ...PAGE,
    ],
    async run(app, options) {
      return app.get(DodoEventsService).list(check(listEventsSchema, options));
    },
  },
  {
    words: 'events show',
    purpose: 'One event, with what Dodo sent.',
    options: [{ name: 'id', placeholder: 'N' }],
    async run(app, { id = '' }) {
      return app.get(DodoEventsService).get(id);
    },
  },
  {
    words: 'events replay',
    purpose:
      'Follow one event once more, or all of a --status, of which --type, --received-from and --received-before leave ' +
      'out some. The running service does it.',
    options: [
      { name: 'id', placeholder: 'N', isOptional: true },
      { name: 'status', placeholder: 'STATUS', isOptional: true },
      { name: 'type', placeholder: 'TYPE', isOptional: true },
      { name: 'received-from', placeholder: 'INSTANT', isOptional: true },
      { name: 'received-before', placeholder: 'INSTANT', isOptional: true },
    ],
    async run(app, { id, 'received-from': receivedFrom, 'received-before': receivedBefore, ...options }) {
      const events = app.get(DodoEventsService);
      const filter = { ...options, receivedFrom, receivedBefore };
      if (id === undefined && options.status === undefined) {
        throw AppError.badRequest('Say which events: one by --id, or all of a --status.');
      }
      if (id === undefined) {
        return events.replayMany(check(replayEventsSchema, filter), operatorAtTerminal());
      }
      if (Object.values(filter).some((value) => value !== undefined)) {
        throw AppError.badRequest('--id names one event: give it alone.');
      }
      return events.replay(id, operatorAtTerminal());
    },
  },
  {
    words: 'reconcile',
    purpose:
      'Compare what Dodo has with what we have, and mend it: what is new since the last time, or everything. Works ' +
      'without a running service; ends with 1 when Dodo does not answer.',
    options: [{ name: 'full', isOptional: true }],
    async run(app, { full }) {
      return reconcile(app, full !== undefined);
    },
  },
  {
    words: 'reconciliations list',
    purpose: 'List the comparisons with Dodo, newest first.',
    options: PAGE,
    async run(app, options) {
      return app.get(ReconciliationsService).list(check(pageRequestSchema, options));
    },
  },
  {
    words: 'reconciliations show',
    purpose: 'One comparison, with a page of what it has found.',
    options: [{ name: 'id', placeholder: 'RECONCILIATION_ID' }, ...PAGE],
    async run(app, { id = '', ...options }) {
      return app.get(ReconciliationsService).view(id, check(pageRequestSchema, options));
    },
  },
];

/** What prepares the running of the service. */
export const STANDALONE_COMMANDS: StandaloneCommand[] = [
  {
    words: 'doctor',
    purpose:
      'Look whether everything that the settings name is there and as they say: database, Redis, the account at Dodo, its ' +
      'products, its webhook. Changes nothing; ends with 1 when something is wrong.',
    options: [],
    runAlone: examine,
  },
  {
    words: 'dodo provision',
    purpose:
      'Create what is missing in the Dodo account of DODO_PAYMENTS_*: the fee, the products of PLANS_FILE and the ' +
      'webhook endpoint. Prints the settings.',
    options: [
      { name: 'webhook-url', placeholder: 'URL' },
      { name: 'plans-out', placeholder: 'FILE', isOptional: true },
      { name: 'dry-run', isOptional: true },
    ],
    runAlone: provisionDodo,
  },
];
