import { userInfo } from 'node:os';
import { applyDecorators, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { OperatorVia } from './operator-action.entity';

/** The person behind a change that is made by hand, and why it is made. */
export interface Operator {
  name: string;
  via: OperatorVia;
  reason: string | null;
}

const NAME_HEADER = 'x-operator-name';
const REASON_HEADER = 'x-operator-reason';
const MAX_LENGTH = 500;

/** Who calls a route of the operator plane: as two headers say, since the token is the same for all. */
export const ByOperator = createParamDecorator((_: unknown, context: ExecutionContext): Operator => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return { name: read(headers[NAME_HEADER]) ?? 'not said', via: 'api', reason: read(headers[REASON_HEADER]) };
});

/** Says that a route is written into the audit log, and how. */
export function ApiLogged(): MethodDecorator {
  return applyDecorators(
    optionalHeader(NAME_HEADER, 'Who makes the change, for the audit log.'),
    optionalHeader(REASON_HEADER, 'Why, for the audit log.'),
  );
}

function optionalHeader(name: string, description: string): MethodDecorator {
  return ApiHeader({
    name,
    required: false,
    description,
    schema: { type: 'string', maxLength: MAX_LENGTH },
  }) as MethodDecorator;
}

/** Who runs a command: the account on this machine. */
export function operatorAtTerminal(): Operator {
  return { name: userInfo().username, via: 'cli', reason: null };
}

/** Of bytes that are UTF-8, though Node reads headers as Latin-1. */
function read(header: string | string[] | undefined): string | null {
  const text = Buffer.from(String(header ?? ''), 'latin1')
    .toString('utf8')
    .trim();
  return text === '' ? null : text.slice(0, MAX_LENGTH);
}
