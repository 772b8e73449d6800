import { randomBytes, randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Webhook } from 'standardwebhooks';
import { HmacKey } from '../../src/hmac';
import { sign, verifySignature } from '../../src/webhooks/signature';
import { times } from '../row';
import type { Row } from '../row';
import { inTurns, medianRatio } from '../rounds';
import { median } from '../statistics';
import { webhookBody } from '../webhook-body';

const CHECKS_A_ROUND = 10_000;
const RANDOM_CASES = 100_000;
const QUICK_RANDOM_CASES = 5_000;

interface Message {
  id: string;
  timestamp: string;
  signatures: string;
  body: Buffer;
}

/** The check alone, and whether it says the same as the reference whatever it is given. */
export const signature: Row = {
  name: 'signature',
  async measure(_stack, effort) {
    const secret = randomBytes(24);
    const reference = new Webhook(secret.toString('base64'));
    const theirs = (message: Message) => {
      try {
        reference.verify(message.body, toHeaders(message), { jsonParse: false });
        return true;
      } catch {
        return false;
      }
    };
    const key = new HmacKey(secret);
    const keys = [key];
    const ours = (message: Message) => verifySignature(message, keys, new Date()) === 'valid';
    const cases = effort.isQuick ? QUICK_RANDOM_CASES : RANDOM_CASES;
    let accepted = 0;
    for (let i = 0; i < cases; i += 1) {
      const message = randomMessage(key);
      const verdict = ours(message);
      if (verdict !== theirs(message)) throw new Error(`Verdicts differ on ${JSON.stringify(message)}`);
      if (verdict) accepted += 1;
    }
    const message = signed(key, Buffer.from(webhookBody()));
    const perCheck = (check: (it: Message) => boolean) => async () => {
      const start = performance.now();
      for (let i = 0; i < CHECKS_A_ROUND; i += 1) if (!check(message)) throw new Error('refused');
      return ((performance.now() - start) * 1_000) / CHECKS_A_ROUND;
    };
    await inTurns(1, { ours: perCheck(ours), theirs: perCheck(theirs) });
    const results = await inTurns(effort.rounds, { ours: perCheck(ours), theirs: perCheck(theirs) });
    const ratio = medianRatio(results.theirs, results.ours);
    return [
      {
        path: `signature check, 2 kB; same verdict on ${cases.toLocaleString('en-US')} random cases (${accepted.toLocaleString('en-US')} valid)`,
        ours: `${median(results.ours).toFixed(1)} µs`,
        against: `\`standardwebhooks\`: ${median(results.theirs).toFixed(1)} µs`,
        result: `${times(ratio)} faster`,
        goal: '≥ 5 ×',
        isMet: ratio >= 5,
      },
    ];
  },
};

function toHeaders({ id, timestamp, signatures }: Message): Record<string, string> {
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures };
}

function signed(key: HmacKey, body: Buffer, seconds = Math.floor(Date.now() / 1000)): Message {
  const id = `msg_${randomBytes(9).toString('hex')}`;
  return { id, timestamp: String(seconds), signatures: `v1,${sign(id, seconds, body, key)}`, body };
}

const pick = <T>(choices: readonly T[]): T => choices[randomInt(choices.length)]!;

/** Signed rightly, then bent in up to two ways; about a third stays valid. */
function randomMessage(key: HmacKey): Message {
  const message = signed(
    key,
    Buffer.from(JSON.stringify({ noise: randomBytes(randomInt(200)).toString('latin1') })),
  );
  const bends = pick([0, 1, 1, 2]);
  for (let i = 0; i < bends; i += 1) pick(BENDS)(message, key);
  return message;
}

const BENDS: ((message: Message, key: HmacKey) => void)[] = [
  (message) => (message.id = pick(['', ' ', `${message.id}x`, message.id.slice(1)])),
  (message) =>
    (message.timestamp = pick([
      '',
      'soon',
      `${message.timestamp}.5`,
      ` ${message.timestamp}`,
      '1e9',
      '0x10',
      '-1',
    ])),
  (message, key) =>
    Object.assign(
      message,
      signed(key, message.body, Math.floor(Date.now() / 1000) + pick([-400, -200, 200, 400])),
    ),
  (message) =>
    (message.signatures = pick([
      '',
      'v1',
      'v1,',
      'v1,,',
      `v2,${message.signatures.slice(3)}`,
      message.signatures.slice(0, -1),
    ])),
  (message) => (message.signatures = `v1,${randomBytes(32).toString('base64')} ${message.signatures}`),
  (message) => (message.signatures = `${message.signatures} v1,${randomBytes(32).toString('base64')}`),
  (message) => (message.signatures = message.signatures.replace(' ', pick(['  ', ',', '\t']))),
  (message) => (message.signatures = `${message.signatures},${pick(['more', ''])}`),
  (message) => (message.signatures = message.signatures.toLowerCase()),
  (message) => (message.body = Buffer.concat([message.body, Buffer.from(pick([' ', '\n', 'x']))])),
  (message) =>
    (message.body = Buffer.from(message.body.toString('latin1').replace('noise', 'voice'), 'latin1')),
];
