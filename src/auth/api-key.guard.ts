import { Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Unauthorized } from './auth.errors';
import type { Principal } from './principal';

/**
 * Lets a request in that carries one valid API key, in either header. Two
 * different credentials are refused rather than ranked: which tenant is meant
 * must never be a guess.
 */
@Injectable()
export class ApiKeyGuard extends AuthGuard(['x-api-key', 'bearer-key']) {
  override canActivate(context: ExecutionContext) {
    const { rawHeaders } = context.switchToHttp().getRequest<FastifyRequest>().raw;
    if (distinctCredentials(rawHeaders).size > 1) throw Unauthorized.severalKeys();
    return super.canActivate(context);
  }

  override handleRequest<T = Principal>(error: unknown, user: T | false): T {
    // A database that is away is no reason to call the key invalid.
    if (error) throw error;
    if (!user) throw Unauthorized.invalidKey();
    return user;
  }
}

/** API keys only: a proxy's `Authorization: Basic …` may stand beside an `x-api-key`. */
function distinctCredentials(rawHeaders: string[]): Set<string> {
  const credentials = new Set<string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!.trim();
    if (name === 'x-api-key') credentials.add(value);
    if (name === 'authorization' && /^Bearer /i.test(value))
      credentials.add(value.slice('Bearer '.length).trim());
  }
  return credentials;
}
