import { Injectable } from '@nestjs/common';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import { AppError } from '../../app-error';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { newId } from '../../ids';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryWakeups } from './delivery-wakeups';
import { EndpointSecrets } from './endpoint-secrets';
import { problemOfUrl } from './endpoint-url';
import { viewOfEndpoint } from './endpoints.dto';
import type {
  CreateEndpointRequest,
  CreatedEndpointView,
  EndpointView,
  UpdateEndpointRequest,
} from './endpoints.dto';
import { EndpointsRepository } from './endpoints.repository';
import { newSigningSecret } from './signing-secret';
import type { WebhookEndpoint } from './webhook-endpoint.entity';
import { EndpointConflict, EndpointNotFound } from './webhooks.errors';

/** Enough for every environment and team; each event costs a delivery for each of them. */
const MAX_ENDPOINTS_PER_ORG = 10;

/** As long as both secrets sign, so that a receiver can change over. */
const ROTATION_GRACE_SECONDS = 24 * 3600;

/**
 * Owns where customers want to hear of events. A secret is shown once, when it
 * is made; it lies encrypted, since signing needs it again.
 */
@Injectable()
export class EndpointsService {
  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly secrets: EndpointSecrets,
    private readonly wakeups: DeliveryWakeups,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @throws {AppError} 400 for an address that is not allowed, 409 for one endpoint too many */
  create(orgId: string, request: CreateEndpointRequest, call: IdempotentCall): Promise<CreatedEndpointView> {
    this.requireAllowed(request.url);
    const secret = request.secret ?? newSigningSecret();
    const endpoint = this.make(orgId, request, secret);
    return this.database.transaction(async (tx) => {
      await this.organizations.lockOrganization(tx, orgId);
      if ((await this.endpoints.countEndpoints(tx, orgId)) >= MAX_ENDPOINTS_PER_ORG) {
        throw EndpointConflict.tooMany(MAX_ENDPOINTS_PER_ORG);
      }
      await this.endpoints.insertEndpoint(tx, endpoint);
      const answer = { ...viewOfEndpoint(endpoint), secret };
      await call.complete(tx, answer);
      return answer;
    });
  }

  async list(orgId: string): Promise<EndpointView[]> {
    return (await this.endpoints.listEndpoints(orgId)).map(viewOfEndpoint);
  }

  /** @throws {EndpointNotFound} 404 */
  async view(orgId: string, id: string): Promise<EndpointView> {
    return viewOfEndpoint(await this.get(orgId, id));
  }

  /** @throws {EndpointNotFound} 404 */
  async get(orgId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.findEndpoint(orgId, id);
    if (!endpoint) throw new EndpointNotFound(id);
    return endpoint;
  }

  /**
   * What is waiting goes by what the endpoint is now. Switching it on forgets why it was off, and sends what waits.
   * @throws {AppError} 400 for an address that is not allowed, 404
   */
  update(
    orgId: string,
    id: string,
    { secret, ...request }: UpdateEndpointRequest,
    call: IdempotentCall,
  ): Promise<EndpointView> {
    if (request.url !== undefined) this.requireAllowed(request.url);
    return this.change(orgId, id, call, async (tx, endpoint) => {
      const changed = await this.save(tx, endpoint, {
        ...withoutUndefined(request),
        ...(request.enabled !== undefined && { disabledReason: null, disabledAt: null }),
        ...(request.enabled === true && { failingSince: null, pausedUntil: null }),
        ...(secret !== undefined && {
          secret: this.secrets.encrypt(id, secret),
          previousSecret: null,
          previousExpiresAt: null,
        }),
      });
      if (request.enabled === true) await this.sendWhatWaits(tx, changed);
      return viewOfEndpoint(changed);
    });
  }

  /** Its log goes with it, and what was still to be sent. @throws {EndpointNotFound} 404 */
  async delete(orgId: string, id: string): Promise<{ deleted: true }> {
    if (!(await this.endpoints.deleteEndpoint(orgId, id))) throw new EndpointNotFound(id);
    return { deleted: true };
  }

  /** A new secret; the one that it replaces signs as well for a day, and one from before that no longer. */
  rotateSecret(orgId: string, id: string, call: IdempotentCall): Promise<{ secret: string }> {
    const secret = newSigningSecret();
    return this.change(orgId, id, call, async (tx, endpoint) => {
      await this.save(tx, endpoint, {
        secret: this.secrets.encrypt(id, secret),
        previousSecret: endpoint.secret,
        previousExpiresAt: this.clock.secondsFromNow(ROTATION_GRACE_SECONDS),
      });
      return { secret };
    });
  }

  private async sendWhatWaits(tx: Tx, endpoint: WebhookEndpoint): Promise<void> {
    await this.deliveries.saveAllDue(tx, endpoint.id, this.clock.now());
    await this.wakeups.deliverNow(tx, endpoint);
  }

  private change<T>(
    orgId: string,
    id: string,
    call: IdempotentCall,
    work: (tx: Tx, endpoint: WebhookEndpoint) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (tx) => {
      const endpoint = await this.endpoints.lockEndpoint(tx, id);
      if (endpoint?.orgId !== orgId) throw new EndpointNotFound(id);
      const answer = await work(tx, endpoint);
      await call.complete(tx, answer);
      return answer;
    });
  }

  private async save(
    tx: Tx,
    endpoint: WebhookEndpoint,
    changes: Partial<WebhookEndpoint>,
  ): Promise<WebhookEndpoint> {
    const withTime = { ...changes, updatedAt: this.clock.now() };
    await this.endpoints.saveEndpoint(tx, endpoint.id, withTime);
    return Object.assign(endpoint, withTime);
  }

  private make(orgId: string, request: CreateEndpointRequest, secret: string): WebhookEndpoint {
    const id = newId('we');
    const now = this.clock.now();
    return {
      id,
      orgId,
      url: request.url,
      name: request.name ?? null,
      events: request.events,
      enabled: request.enabled ?? true,
      disabledReason: null,
      disabledAt: null,
      secret: this.secrets.encrypt(id, secret),
      previousSecret: null,
      previousExpiresAt: null,
      failingSince: null,
      pausedUntil: null,
      isSlow: false,
      leaseId: null,
      leasedUntil: null,
      createdAt: now,
      updatedAt: now,
    };
  }

  private requireAllowed(url: string): void {
    const problem = problemOfUrl(url, { allowLoopback: this.config.allowLoopbackWebhooks });
    if (problem !== null) throw AppError.badRequest(`url ${problem}`);
  }
}

function withoutUndefined<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
