import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Forbidden } from './auth.errors';
import { principalOf } from './principal';
import type { Scope } from './scopes';

export const RequiredScope = Reflector.createDecorator<Scope>();

/** Refuses a key without the scope that the route asks for. */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const scope = this.reflector.get(RequiredScope, context.getHandler());
    if (scope && !principalOf(context).scopes.includes(scope)) throw Forbidden.insufficientScope(scope);
    return true;
  }
}
