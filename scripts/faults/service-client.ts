import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Diary, Org } from './diary';
import type { Tally } from './tally';

/** As long as published clients of the API wait. */
const TIMEOUT_MS = 30_000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 3_000;
/** Longer than the lease of a call whose process was killed. */
const PATIENCE_MS = 100_000;

export interface Answer {
  status: number;
  /** The envelope's `data`, or its `error` code and `message`. */
  data: Record<string, unknown>;
  error: string | null;
  message: string;
}

interface Call {
  key?: string;
  operatorToken?: string;
  idempotencyKey?: string;
  body?: object;
}

/** The service as consumers see it, through the balancer, in any weather. */
export class ServiceClient {
  constructor(
    readonly url: string,
    private readonly diary: Diary,
    private readonly tally: Tally,
  ) {}

  /** One try; null when no answer came. */
  async try(method: string, path: string, call: Call): Promise<Answer | null> {
    let answer: Answer;
    try {
      answer = await this.send(method, path, call);
    } catch {
      this.tally.add('call without an answer');
      return null;
    }
    this.noteWrong(method, path, answer);
    return isFromTheService(answer) ? answer : null;
  }

  /**
   * Tries until an answer settles it, as a careful client would: the same key each time, so that it happens once.
   * Null when `isOver` says so before, or patience ends.
   */
  async insist(
    org: Org,
    method: string,
    path: string,
    body: object,
    isOver: () => boolean,
    idempotencyKey: string = randomUUID(),
  ): Promise<Answer | null> {
    let wait = FIRST_WAIT_MS;
    const deadline = Date.now() + PATIENCE_MS;
    while (!isOver() && Date.now() < deadline) {
      const answer = await this.try(method, path, { key: org.key, idempotencyKey, body });
      if (answer && isFinal(answer)) return answer;
      await sleep(wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 1.6);
    }
    return null;
  }

  private async send(method: string, path: string, call: Call): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(call.key && { authorization: `Bearer ${call.key}` }),
        ...(call.operatorToken && { 'x-operator-token': call.operatorToken }),
        ...(call.idempotencyKey && { 'idempotency-key': call.idempotencyKey }),
        ...(call.body && { 'content-type': 'application/json' }),
      },
      body: call.body && JSON.stringify(call.body),
    });
    return toAnswer(response.status, await response.text());
  }

  private noteWrong(method: string, path: string, { status, error, message }: Answer): void {
    this.tally.add(`answer ${status}`);
    const isWrong = status === 401 || status === 404 || status === 400 || status === 422 || status === 429;
    if (isWrong) this.diary.wrongAnswers.push(`${method} ${path} answered ${status} ${error}: ${message}`);
  }
}

function toAnswer(status: number, text: string): Answer {
  const body = (text === '' ? {} : JSON.parse(text)) as {
    data?: Record<string, unknown>;
    error?: string;
    message?: string;
  };
  return { status, data: body.data ?? {}, error: body.error ?? null, message: body.message ?? '' };
}

/** The balancer's own 502 has no body: no replica has answered it. */
const isFromTheService = ({ status, error }: Answer): boolean => status < 500 || error !== null;

/** What another try with the same key would not change. */
function isFinal({ status, error, message }: Answer): boolean {
  if (status >= 500) return false;
  return !(status === 409 && error === 'conflict' && /again in a moment|Send it again/.test(message));
}
