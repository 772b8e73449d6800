import type { LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { AddressFinder } from './address-finder';
import { hostOf, problemOfUrl } from './endpoint-url';
import type { UrlRules } from './endpoint-url';
import { PostFailed } from './post-failure';
import type { DeliveryFailure } from './post-failure';

/** Bytes of an answer that are read; the rest is nobody's business, and may be endless. */
const MAX_ANSWER_BYTES = 16 * 1024;

export interface PostLimits {
  /** For finding the address and connecting, TLS included. */
  connectTimeoutMs: number;
  /** For all of it. */
  totalTimeoutMs: number;
}

const LIMITS: PostLimits = { connectTimeoutMs: 5_000, totalTimeoutMs: 10_000 };

/** The longest that a post can take. */
export const POST_TIMEOUT_SECONDS = (LIMITS.connectTimeoutMs + LIMITS.totalTimeoutMs) / 1000;

export interface PostAnswer {
  status: number;
  retryAfter: string | undefined;
  /** What came of the body within the limits. */
  body: Buffer;
}

export type PostOutcome = ({ answer: PostAnswer } | { failure: DeliveryFailure }) & { durationMs: number };

interface PostOptions extends UrlRules {
  limits?: PostLimits;
  /** `address:port`; left out: those of the system. */
  dnsServers?: readonly string[];
}

/**
 * Posts to addresses that strangers have chosen. The name is resolved once, all
 * that it stands for is checked, and the connection goes to nothing else, so an
 * answer of DNS that changes in between has no effect. No redirect is followed,
 * no proxy is used, no connection is kept, and time and bytes are limited.
 */
export class SafePost {
  private readonly addresses: AddressFinder;
  private readonly limits: PostLimits;

  constructor(private readonly options: PostOptions) {
    this.addresses = new AddressFinder(options, options.dnsServers);
    this.limits = options.limits ?? LIMITS;
  }

  /** Never rejects: whatever goes wrong out there is an outcome. */
  async post(address: string, headers: Record<string, string>, body: Buffer): Promise<PostOutcome> {
    const startedAt = performance.now();
    const outcome = await this.attempt(address, headers, body).then(
      (answer) => ({ answer }),
      (error: unknown) => ({
        failure: error instanceof PostFailed ? error.failure : ('connection_failed' as const),
      }),
    );
    return { ...outcome, durationMs: Math.round(performance.now() - startedAt) };
  }

  private async attempt(address: string, headers: Record<string, string>, body: Buffer): Promise<PostAnswer> {
    if (problemOfUrl(address, this.options) !== null) throw new PostFailed('url_not_allowed');
    const url = new URL(address);
    const found = await this.addresses.find(hostOf(url), this.limits.connectTimeoutMs);
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = start(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      lookup: answerWith(found),
      // A connection of its own, made now, and by no proxy of the environment.
      agent: false,
    });
    return this.exchange(request, body);
  }

  private exchange(request: ClientRequest, body: Buffer): Promise<PostAnswer> {
    return new Promise((resolve, reject) => {
      let phase: Phase = 'connecting';
      let hasAnswer = false;
      const giveUp = (failure: DeliveryFailure) => request.destroy(new PostFailed(failure));
      const connecting = setTimeout(() => giveUp('connection_timeout'), this.limits.connectTimeoutMs);
      const waiting = setTimeout(() => giveUp('response_timeout'), this.limits.totalTimeoutMs);
      request.once('socket', (socket: Socket) => {
        socket.once('connect', () => {
          // It was checked before; this is where we really are.
          if (!this.addresses.isAllowed(socket.remoteAddress ?? '')) giveUp('private_address');
          phase = 'securing';
        });
        socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          clearTimeout(connecting);
          phase = 'waiting';
        });
      });
      request.once('response', (response) => {
        hasAnswer = true;
        void readAnswer(response)
          .then(resolve)
          .finally(() => request.destroy());
      });
      request.on('error', (error) => hasAnswer || reject(toPostFailed(error, phase)));
      request.once('close', () => {
        clearTimeout(connecting);
        clearTimeout(waiting);
        // Only where nothing else was said, such as after an answer that switches protocols.
        if (!hasAnswer) reject(new PostFailed('bad_response'));
      });
      request.end(body);
    });
  }
}

type Phase = 'connecting' | 'securing' | 'waiting';

const FAILURE_IN: Record<Phase, DeliveryFailure> = {
  connecting: 'connection_failed',
  securing: 'tls_failed',
  waiting: 'bad_response',
};

const CONNECTION_ERRORS: Record<string, DeliveryFailure> = {
  ECONNREFUSED: 'connection_refused',
  ETIMEDOUT: 'connection_timeout',
};

function toPostFailed(error: NodeJS.ErrnoException, phase: Phase): PostFailed {
  if (error instanceof PostFailed) return error;
  const known = phase === 'connecting' ? CONNECTION_ERRORS[error.code ?? ''] : undefined;
  return new PostFailed(known ?? FAILURE_IN[phase], error);
}

/** Hands out what was found and checked, and nothing else. */
function answerWith(found: LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) =>
    all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family);
}

/** The status says what came of it; a body that breaks off, or never ends, changes nothing. */
async function readAnswer(response: IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // What came until then is the answer.
  }
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    body: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES),
  };
}
