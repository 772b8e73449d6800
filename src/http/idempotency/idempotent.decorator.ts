import { createHash } from 'node:crypto';
import { Injectable, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext, PipeTransform } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readIdempotencyKey } from './idempotency-key';
import { IDEMPOTENT_EXTENSION } from './idempotency.openapi';
import type { HeaderDocumentation } from './idempotency.openapi';
import { IdempotencyService } from './idempotency.service';
import { UNKEYED_CALL } from './idempotent-call';
import type { IdempotentCall } from './idempotent-call';
import { KeyedCall } from './keyed-call';

/** Far beyond any id that exists: what is longer leads to 404, and its record must still fit into an index. */
const MAX_PATH_LENGTH = 255;

type KeyedRequest = FastifyRequest & {
  user: { orgId: string; keyId: string };
  params: Record<string, string>;
};

@Injectable()
export class IdempotentCallPipe implements PipeTransform<ExecutionContext, IdempotentCall> {
  constructor(private readonly idempotency: IdempotencyService) {}

  transform(context: ExecutionContext): IdempotentCall {
    const request = context.switchToHttp().getRequest<KeyedRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const header = request.headers['idempotency-key'];
    if (header === undefined) return UNKEYED_CALL;
    const description = {
      orgId: request.user.orgId,
      operation: operationOf(request),
      key: readIdempotencyKey(String(header)),
      body: request.body,
      // An answer may hold what only its own caller may see, such as a new key's secret.
      caller: request.user.keyId,
    };
    return new KeyedCall(
      this.idempotency,
      description,
      () => void reply.header('idempotency-replayed', 'true'),
    );
  }
}

/** By the route and its parameters, so that two spellings of one address are one operation; by hash if it is long. */
function operationOf({ method, routeOptions, params }: KeyedRequest): string {
  const path = (routeOptions.url ?? '').replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const isLong = path.length > MAX_PATH_LENGTH;
  return `${method} ${isLong ? createHash('sha256').update(path).digest('hex') : path}`;
}

const callOf = createParamDecorator((_: unknown, context: ExecutionContext) => context);

/**
 * The call, in a controller's parameter list: `@Idempotent() call: IdempotentCall`. It makes the route honour
 * `Idempotency-Key`, and documents that. The controller wraps its service in `call.once(…)`.
 */
export function Idempotent(documentation: HeaderDocumentation = 'parameter'): ParameterDecorator {
  return (target, name, index) => {
    callOf(IdempotentCallPipe)(target, name, index);
    const method = Object.getOwnPropertyDescriptor(target, name!)!;
    ApiExtension(IDEMPOTENT_EXTENSION, documentation)(target, name!, method);
  };
}
