import type { Context } from '../context';
import { newId } from '../ids';
import type { PaymentLink } from '../model/subscriptions';

const TTL_MS = 24 * 3_600_000;

type LinkDraft = Pick<PaymentLink, 'purpose' | 'customer_id'> & Partial<PaymentLink>;

export function openLink(ctx: Context, draft: LinkDraft): PaymentLink {
  return ctx.store.links.put({
    link_id: newId(draft.purpose === 'portal' ? 'prt' : 'lnk'),
    subscription_id: null,
    payment_id: null,
    plan_change: null,
    return_url: null,
    expires_at: new Date(ctx.clock.now() + TTL_MS).toISOString(),
    consumed_at: null,
    created_at: ctx.clock.iso(),
    ...draft,
  });
}

export function isOpen(ctx: Context, link: PaymentLink): boolean {
  return link.consumed_at === null && link.expires_at > ctx.clock.iso();
}

export function linkUrl(ctx: Context, link: PaymentLink): string {
  return `${ctx.baseUrl}/${link.purpose === 'portal' ? 'portal' : 'payment-method'}/${link.link_id}`;
}
