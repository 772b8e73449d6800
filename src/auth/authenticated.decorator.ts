import { UseGuards, applyDecorators } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { ApiRateLimited } from '../http/openapi.decorators';
import { ApiKeyGuard } from './api-key.guard';
import { CostlyCallsGuard } from './costly-calls.guard';
import { RateLimitGuard } from './rate-limit.guard';
import { RequiredScope, ScopeGuard } from './scope.guard';
import type { Scope } from './scopes';
import { SuspensionGuard } from './suspension.guard';

interface Access {
  /** Left out: any valid key will do. */
  scope?: Scope;
  /** Whether a suspended org may call this: only what it needs to see where it stands and to come back. */
  suspended: 'refused' | 'allowed';
  /** Whether a call makes Dodo work, so that an org has a limit for it beside those of its keys. */
  isCostly?: boolean;
}

/** Says who may call a route: sets the guards and the OpenAPI security in one place, so that they can't disagree. */
export function Authenticated(access: Access): MethodDecorator {
  const gate = access.suspended === 'refused' ? [SuspensionGuard] : [];
  const costly = access.isCostly ? [CostlyCallsGuard] : [];
  return applyDecorators(
    ...(access.scope ? [RequiredScope(access.scope)] : []),
    UseGuards(ApiKeyGuard, RateLimitGuard, ScopeGuard, ...gate, ...costly),
    ApiSecurity('bearerAuth'),
    ApiSecurity('apiKeyHeader'),
    ApiRateLimited(
      'Too many calls in a minute: of the key, or of the organization where a route has a limit of its own. Every ' +
        'answer to a valid API key, 413 aside, says how many the key has left.',
    ),
  );
}
