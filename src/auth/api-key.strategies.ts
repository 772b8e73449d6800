import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import { AuthenticationService } from './authentication.service';
import type { Principal } from './principal';

/** The scheme's name is case-insensitive (RFC 9110); any amount of space may follow it. */
const BEARER = /^Bearer +(\S+) *$/i;

/** `x-api-key: sk-social-…` */
@Injectable()
export class ApiKeyHeaderStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'x-api-key') {
  constructor(private readonly authentication: AuthenticationService) {
    super({ header: 'x-api-key', prefix: '' }, false);
  }

  async validate(header: string): Promise<Principal | false> {
    return (await this.authentication.authenticate(header.trim())) ?? false;
  }
}

/** `Authorization: Bearer sk-social-…` */
@Injectable()
export class BearerKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'bearer-key') {
  constructor(private readonly authentication: AuthenticationService) {
    super({ header: 'authorization', prefix: '' }, false);
  }

  async validate(header: string): Promise<Principal | false> {
    const token = BEARER.exec(header)?.[1];
    return token === undefined ? false : ((await this.authentication.authenticate(token)) ?? false);
  }
}
