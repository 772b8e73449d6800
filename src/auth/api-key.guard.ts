import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Unauthorized } from './auth.errors';
import type { Principal } from './principal';

const X_API_KEY = 'x-api-key';
const AUTHORIZATION = 'authorization';

/** What Passport has to say: whom it has let in, or why it could not tell. */
interface Verdict {
  error?: unknown;
  user?: Principal | false;
}

/**
 * Lets a request in that carries one valid API key, in either header or in both, once or more often; an empty
 * header carries none. Two different credentials are refused rather than ranked: which tenant is meant
 * must never be a guess. Only the strategy of the header that came is asked:
 * Passport makes an object of closures for each that it tries.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    const { raw, headers } = request;
    const credentials = distinctCredentials(raw.rawHeaders);
    if (credentials.size > 1) throw Unauthorized.severalKeys();
    const letIn = (verdict: Verdict): true => {
      request.user = accepted(verdict);
      return true;
    };
    if (!headers[X_API_KEY]) return ask('bearer-key', headers, letIn);
    // Sent twice, it is still one key, though Node joins the two lines with a comma.
    [headers[X_API_KEY]] = credentials;
    return ask(X_API_KEY, headers, letIn);
  }
}

/**
 * Asks Passport, and answers when it does: at once where the strategy does not have to wait, since a guard that
 * answers a promise costs some more of them. It sees a request of its own, to which it adds half a dozen methods.
 */
function ask(
  strategy: string,
  headers: FastifyRequest['headers'],
  letIn: (verdict: Verdict) => true,
): true | Promise<true> {
  let told: Verdict | null = null;
  let tell = (verdict: Verdict): void => void (told = verdict);
  passport.authenticate(strategy, { session: false }, (error: unknown, user: Principal | false) =>
    tell({ error, user }),
  )({ headers }, null, (error: unknown) => tell({ error }));
  if (told) return letIn(told);
  return new Promise<Verdict>((resolve) => (tell = resolve)).then(letIn);
}

/** Whom a strategy has let in; the rest is refused in our words. */
function accepted({ error, user }: Verdict): Principal {
  // A database that is away is no reason to call the key invalid.
  if (error) throw error;
  if (!user) throw Unauthorized.invalidKey();
  return user;
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
  // What an empty header would be.
  credentials.delete('');
  return credentials;
}
