import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OperatorGuard } from '../auth/operator.guard';

const BEARER = /^Bearer +(.+)$/i;

/** The operator's door, also for the one way in which Prometheus can present a token: as a bearer. */
@Injectable()
export class ScrapeGuard extends OperatorGuard {
  protected override credentialOf(headers: FastifyRequest['headers']): unknown {
    return super.credentialOf(headers) ?? BEARER.exec(headers.authorization ?? '')?.[1];
  }
}
