import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Unauthorized } from './auth.errors';
import type { Principal } from './principal';

const X_API_KEY = 'x-api-key';
const AUTHORIZATION = 'authorization';

/** Whom a strategy has let in; the rest is refused in our words. */
function AcceptedBy(strategy: string) {
  class Accepted extends AuthGuard(strategy) {
    override handleRequest<T = Principal>(error: unknown, user: T | false): T {
      // A database that is away is no reason to call the key invalid.
      if (error) throw error;
      if (!user) throw Unauthorized.invalidKey();
      return user;
    }
  }
  return new Accepted();
}

/**
 * Lets a request in that carries one valid API key, in either header or in both, once or more often. Two
 * different credentials are refused rather than ranked: which tenant is meant
 * must never be a guess. Only the strategy of the header that came is asked:
 * Passport makes an object of closures for each that it tries.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly byHeader = AcceptedBy(X_API_KEY);
  private readonly byBearer = AcceptedBy('bearer-key');

  canActivate(context: ExecutionContext) {
    const { raw, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const credentials = distinctCredentials(raw.rawHeaders);
    if (credentials.size > 1) throw Unauthorized.severalKeys();
    if (headers[X_API_KEY] === undefined) return this.byBearer.canActivate(context);
    // Sent twice, it is still one key, though Node joins the two lines with a comma.
    [headers[X_API_KEY]] = credentials;
    return this.byHeader.canActivate(context);
  }
}

/** API keys only: a proxy's `Authorization: Basic …` may stand beside an `x-api-key`. */
function distinctCredentials(rawHeaders: string[]): Set<string> {
  const credentials = new Set<string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === X_API_KEY.length && name.toLowerCase() === X_API_KEY)
      credentials.add(rawHeaders[i + 1]!.trim());
    if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) {
      const value = rawHeaders[i + 1]!.trim();
      if (/^Bearer /i.test(value)) credentials.add(value.slice('Bearer '.length).trim());
    }
  }
  return credentials;
}
