import { Injectable, NotFoundException, createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../app-error';
import type { Operator } from '../../auth/operator';
import { Config } from '../../config';
import { readForm } from '../page/form.decorator';
import { basePath } from '../page/frame';
import type { Frame } from '../page/frame';
import { ConsoleSessions, csrfTokenOf, isCsrfToken } from './console-sessions.service';
import { isSameOrigin } from './same-origin';
import { readSessionCookie } from './session-cookie';

type ConsoleRequest = FastifyRequest & { consoleFrame?: Frame };

/** Who is signed in, as pages need it; null before the guard has let anybody in. */
export function frameOf(request: FastifyRequest): Frame | null {
  return (request as ConsoleRequest).consoleFrame ?? null;
}

/** Without an operator token there is no console: its routes are not told from those that do not exist. */
@Injectable()
export class ConsoleExistsGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(): boolean {
    if (this.config.operatorToken === null) throw new NotFoundException();
    return true;
  }
}

/**
 * The door of the console: a session that still counts, and for everything that
 * changes something, a form that a page of that session has sent.
 */
@Injectable()
export class ConsoleGuard implements CanActivate {
  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ConsoleRequest>();
    const secret = readSessionCookie(request);
    const session = secret === null ? null : await this.sessions.find(secret);
    if (secret === null || session === null) {
      throw new AppError(401, 'unauthorized', 'Sign in to go on.');
    }
    const { operatorName } = session;
    request.consoleFrame = { base: basePath(this.config), operatorName, csrfToken: csrfTokenOf(secret) };
    if (request.method !== 'GET' && request.method !== 'HEAD') requireOwnForm(request, secret);
    return true;
  }
}

function requireOwnForm(request: FastifyRequest, secret: string): void {
  if (isSameOrigin(request) && isCsrfToken(readForm(request).get('csrf'), secret)) return;
  throw new AppError(
    403,
    'request_failed',
    'This form did not come from a page of your session: open the page again and repeat it.',
  );
}

export const InConsole = createParamDecorator((_: unknown, context: ExecutionContext): Frame => {
  return frameOf(context.switchToHttp().getRequest<FastifyRequest>())!;
});

/** Whoever is signed in, and the reason that the form gave. */
export function operatorOf({ operatorName }: Frame, reason: string): Operator {
  return { name: operatorName!, via: 'console', reason };
}
