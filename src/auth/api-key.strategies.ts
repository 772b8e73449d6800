import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import { AuthenticationService } from './authentication.service';
import type { Principal } from './principal';

/** The scheme's name is case-insensitive (RFC 9110); any amount of space may follow it. */
const BEARER = /^Bearer +(\S+) *$/i;

type Asked = Parameters<HeaderAPIKeyStrategy['authenticate']>;

/**
 * A strategy of `passport-headerapikey` that answers in the same turn for a key
 * that is remembered: to wait for a promise costs a request more than the check.
 */
function KeyInHeader(name: string, header: string, keyIn: (value: string) => string) {
  @Injectable()
  class KeyInHeaderStrategy extends PassportStrategy(HeaderAPIKeyStrategy, name) {
    /** Passport's own, on the copy of the strategy that it makes for each request. */
    declare success: (user: Principal) => void;

    constructor(private readonly authentication: AuthenticationService) {
      super({ header, prefix: '' }, false);
    }

    override authenticate(...[request, options]: Asked): void {
      const value = request.headers[header];
      const known = typeof value === 'string' ? this.authentication.recognize(keyIn(value)) : null;
      if (known) this.success(known);
      else super.authenticate(request, options);
    }

    async validate(value: string): Promise<Principal | false> {
      return (await this.authentication.authenticate(keyIn(value))) ?? false;
    }
  }
  return KeyInHeaderStrategy;
}

/** `x-api-key: sk-social-…` */
@Injectable()
export class ApiKeyHeaderStrategy extends KeyInHeader('x-api-key', 'x-api-key', (value) => value.trim()) {}

/** `Authorization: Bearer sk-social-…` */
@Injectable()
export class BearerKeyStrategy extends KeyInHeader(
  'bearer-key',
  'authorization',
  (value) => BEARER.exec(value)?.[1] ?? '',
) {}
