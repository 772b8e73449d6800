import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, projectRoot } from '../local/project';

/** A change to the built service that breaks a law. The harness is worth something if it notices. */
export interface Sabotage {
  /** What is no longer done, for people. */
  what: string;
  /** What must be found: the law, as violations name it, and a word of what is said of it. */
  law: string;
  finding: RegExp;
  /** In files under `dist/src`: a piece of text that is there once, and what is put in its place. */
  edits: [file: string, text: string, replacement: string][];
}

const FEE = 'The fee comes back once';
const TOLD = 'What customers are told is true, and told';

export const SABOTAGES: Record<string, Sabotage> = {
  'acknowledged-early': {
    what: 'an event is acknowledged before it is committed',
    law: 'Acknowledged means stored',
    finding: /is not stored/,
    edits: [
      [
        'webhooks/inbound/dodo-webhook.service.js',
        'await this.inbox.store(id, body, parse(body));',
        'this.inbox.store(id, body, parse(body)).catch(() => {});',
      ],
    ],
  },
  'refunded-twice': {
    what: 'each refund is asked for twice, by half of the fee, which Dodo does not guard',
    law: FEE,
    finding: /The number of refunds/,
    edits: [
      [
        'billing/refunds/refunds.service.js',
        'const feeProductId = await this.finder.getProduct(refund);',
        'const feeProductId = await this.finder.getProduct(refund); await this.gateway.refundLine(refund.dodoPaymentId, feeProductId, REASON, ours);',
      ],
      [
        'dodo/dodo.gateway.js',
        'items: [{ item_id: productId }]',
        'items: [{ item_id: productId, amount: 50 }]',
      ],
    ],
  },
  'refunded-half': {
    what: 'half of the fee is given back',
    law: FEE,
    finding: /its amount/,
    edits: [
      [
        'dodo/dodo.gateway.js',
        'items: [{ item_id: productId }]',
        'items: [{ item_id: productId, amount: 50 }]',
      ],
    ],
  },
  'disputes-unheard': {
    what: 'what becomes of a dispute is not stored',
    law: 'Our state is Dodo’s',
    finding: /its disputes/,
    edits: [
      [
        'billing/payments/payments.service.js',
        'disputesAtDodo: fresh.disputes.map(toStored)',
        'disputesAtDodo: []',
      ],
    ],
  },
  'gate-open': {
    what: 'the gate lets suspended organizations in',
    law: 'The gate is right',
    finding: /at the gate/,
    edits: [['auth/suspension.guard.js', "if (decision === 'suspended')", 'if (false)']],
  },
  'spent-twice': {
    what: 'a call that is repeated with its Idempotency-Key spends again',
    law: 'A call with a key happens once',
    finding: /consumption/,
    edits: [
      [
        'billing/credits/credit-spending.service.js',
        'const cause = `consume:${key ?? ',
        'const cause = `consume:${',
      ],
    ],
  },
  'told-without-a-delivery': {
    what: 'of four deliveries, one is not made',
    law: TOLD,
    finding: /has no delivery/,
    edits: [
      [
        'webhooks/outbound/outbound-events.service.js',
        'await this.deliveries.insertDeliveries(tx, deliveries);',
        'await this.deliveries.insertDeliveries(tx, deliveries.filter(() => Math.random() > 0.25));',
      ],
    ],
  },
  'told-in-other-words': {
    what: 'an event that is sent again has another body',
    law: TOLD,
    finding: /wordings|other words/,
    edits: [
      [
        'webhooks/outbound/sender.js',
        'Buffer.from(event.body)',
        'Buffer.from(event.body.replace(\'{\', `{"sent":"${at.toISOString()}",`))',
      ],
    ],
  },
  'told-unsigned': {
    what: 'what is sent is signed without its time',
    law: TOLD,
    finding: /not signed/,
    edits: [['webhooks/outbound/signed-headers.js', '[`${timestampSeconds}.`, body]', '[body]']],
  },
};

/**
 * A copy of the built service, in `folder`, that is broken in this way.
 * @throws {Error} when the code has changed so that the sabotage no longer fits it
 */
export function breakCopy(folder: string, sabotage: Sabotage): string {
  const broken = brokenFiles(sabotage);
  const copy = join(folder, 'dist');
  cpSync(built(), copy, { recursive: true });
  for (const [file, code] of broken) writeFileSync(join(copy, 'src', file), code);
  execFileSync(process.execPath, [join(projectRoot, 'scripts', 'bundle.mjs'), copy]);
  return copy;
}

/** The files that it changes, as they are then. */
export function brokenFiles({ edits }: Sabotage): Map<string, string> {
  const files = new Map<string, string>();
  for (const [file, text, replacement] of edits) {
    const code = files.get(file) ?? readFileSync(built('src', file), 'utf8');
    const parts = code.split(text);
    if (parts.length !== 2)
      throw new Error(
        `${file} has ${parts.length - 1} times "${text}": the sabotage no longer fits the code.`,
      );
    files.set(file, parts.join(replacement));
  }
  return files;
}
