import type { FastifyReply, FastifyRequest } from 'fastify';

export interface ApiRequest {
  params: Record<string, string>;
  query: unknown;
  body: unknown;
}

/** One operation of the API. A handler that returns nothing is answered with an empty body. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  status?: 200 | 204;
  handle(request: ApiRequest): unknown;
}

/** A page or form of the hosted part, which answers in HTML. */
export interface PageRoute {
  method: 'GET' | 'POST';
  path: string;
  handle(request: FastifyRequest, reply: FastifyReply): unknown;
}

export function param(request: ApiRequest, name: string): string {
  return request.params[name] ?? '';
}
