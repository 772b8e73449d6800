import { currentTraceparent } from '../watch/tracing';

/** A job's payload as it lies on the queue: with what caused it, when that is traced. */
type Traced<Payload> = Payload & { traceparent?: string };

export function withTraceparent<Payload extends object>(payload: Payload): Traced<Payload> {
  const traceparent = currentTraceparent();
  return traceparent === undefined ? payload : { ...payload, traceparent };
}

export function splitTraceparent<Payload extends object>(
  traced: Traced<Payload>,
): [payload: Omit<Traced<Payload>, 'traceparent'>, traceparent: string | undefined] {
  const { traceparent, ...payload } = traced;
  return [payload, traceparent];
}
