import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../http/openapi.decorators';
import type { IdempotentCall } from '../http/idempotency/idempotent-call';
import { Idempotent } from '../http/idempotency/idempotent.decorator';
import * as dto from './api-keys.dto';
import { ApiKeysService } from './api-keys.service';
import { Authenticated } from './authenticated.decorator';
import { Caller } from './principal';
import type { Principal } from './principal';

/** Open to suspended orgs too: a key that has leaked must be revocable at any time. */
const MANAGES_KEYS = { scope: 'keys:write', suspended: 'allowed' } as const;

const NotFound = () =>
  ApiFailure(404, 'There is no such key.', 'not_found', 'There is no API key "key_4fP".');
const Conflict = (when: string, message: string) => ApiFailure(409, when, 'conflict', message);
/** Beside what {@link ApiKeyFailures} says of 403. */
const MoreThanOwn = () =>
  ApiFailure(
    403,
    'Or: the other key can do more than this one, or outlasts it.',
    'insufficient_scope',
    'This API key lacks billing:write: it can not hand out what it does not have itself.',
  );
const WOULD_LOCK_OUT = 'No other key with keys:write lasts as long: the organization would lock itself out.';
const LOCKED_OUT =
  'No other key with keys:write lasts as long as this one, so the organization would lock itself out: create another first.';

@ApiTags('API Keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @HttpCode(200)
  @Authenticated(MANAGES_KEYS)
  @MoreThanOwn()
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Create a key',
    description:
      'The whole key is in this answer and nowhere else. A key can hand out the scopes that it has itself; those of ' +
      'the rest of the Autoposting API are stored and gate nothing here. What a key makes does not outlast it.',
  })
  @ApiSuccess(200, 'The key, shown this once.', dto.createdKeySchema, dto.createdKeyExample)
  @ApiBodyFailures('name is required.')
  @Conflict(
    'The organization has as many keys as it can have.',
    'An organization can have 50 keys: revoke one first.',
  )
  create(
    @Caller() caller: Principal,
    @Body({ schema: dto.createKeySchema }) request: dto.CreateKeyRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<dto.CreatedKeyView> {
    return call.once(() => this.keys.createFor(caller, request, call));
  }

  @Get()
  @Authenticated(MANAGES_KEYS)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'List the keys',
    description: 'All keys of the organization, newest first, expired ones included.',
  })
  @ApiSuccess(200, 'The keys.', { type: 'array', items: dto.apiKeySchema }, [dto.apiKeyExample])
  list(@Caller() caller: Principal): Promise<dto.ApiKeyView[]> {
    return this.keys.list(caller.orgId);
  }

  @Patch(':id')
  @Authenticated(MANAGES_KEYS)
  @MoreThanOwn()
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'updateApiKey',
    summary: 'Rename a key, or change its expiry',
    description:
      'What is not sent stays as it is; `expiresAt: null` removes the expiry. A later end, or none, can be given to a ' +
      'key that can do no more than the one that gives it, up to the end of that one. So a key that expires can not ' +
      'lengthen its own life.',
  })
  @ApiSuccess(200, 'The key as it is now.', dto.changedKeySchema, dto.changedKeyExample)
  @ApiBodyFailures('expiresAt must be in the future, or null for never.')
  @NotFound()
  @Conflict(WOULD_LOCK_OUT, LOCKED_OUT)
  update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: dto.updateKeySchema }) request: dto.UpdateKeyRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<dto.ChangedKeyView> {
    return call.once(() => this.keys.update(caller, id, request, call));
  }

  @Delete(':id')
  @Authenticated(MANAGES_KEYS)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke a key',
    description:
      'It stops working at once, everywhere, with the secret that a rotation may have left in grace. A scope that no ' +
      'other key with `keys:write` has can be handed out by none of them from then on: only the operator can.',
  })
  @ApiSuccess(200, 'The key is gone.')
  @NotFound()
  @Conflict(WOULD_LOCK_OUT, LOCKED_OUT)
  revoke(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(caller, id);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Authenticated(MANAGES_KEYS)
  @MoreThanOwn()
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'rotateApiKey',
    summary: 'Replace the secret of a key',
    description:
      'Name, scopes and expiry stay. The old secret works for `graceSeconds` more, so that a running client can ' +
      'change over, and makes or lengthens no key beyond that; without grace it stops at once. Rotating again ends an ' +
      'earlier grace. A key can rotate itself, and those that can do no more than it and do not outlast it.',
  })
  @ApiSuccess(
    200,
    'The key with its new secret, shown this once.',
    dto.createdKeySchema,
    dto.createdKeyExample,
  )
  @ApiBodyFailures('graceSeconds must be a whole number of seconds from 0 to 86400.')
  @NotFound()
  @Conflict('The key has expired.', 'This key has expired: change its expiresAt first, or create another.')
  rotate(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: dto.rotateKeySchema }) { graceSeconds }: dto.RotateKeyRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<dto.CreatedKeyView> {
    return call.once(() => this.keys.rotate(caller, id, graceSeconds, call));
  }
}
