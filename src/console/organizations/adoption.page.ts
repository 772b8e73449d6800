import type { OrganizationView } from '../../auth/organizations.dto';
import type { AdoptionPreview } from '../../billing/adoption/adoption.dto';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import { table } from '../page/list';
import type { Page } from '../page/page';
import { badge, deedForm, facts, head } from '../page/parts';

/** What taking over a customer would bring, to be looked at before it is done; or reading it in once more. */
export function adoptionPage(frame: Frame, organization: OrganizationView, preview: AdoptionPreview): Page {
  const { dodoCustomerId, customer, subscriptions, endsTrial } = preview;
  const id = encodeURIComponent(organization.id);
  const isBound = organization.dodoCustomerId !== null;
  const deed = isBound ? 'Read in again' : 'Take over';
  const isSameAddress = customer.email?.toLowerCase() === organization.email.toLowerCase();
  return {
    title: `${deed}: ${dodoCustomerId}`,
    section: 'Organizations',
    body: html`${head(isBound ? 'Read in a customer again' : 'Take over a customer')}
      <section class="card stack" aria-label="Who">
        ${facts([
          ['Organization', html`<a href="${frame.base}/organizations/${id}">${organization.name}</a>`],
          ['Its e-mail here', organization.email],
          ['Customer at Dodo', html`<code>${dodoCustomerId}</code>`],
          ['Its name there', customer.name ?? '–'],
          ['Its e-mail there', customer.email ?? '–'],
        ])}
        ${!isSameAddress && html`<p class="alert">The e-mail addresses differ: make sure that it is the same customer.</p>`}
        ${
          endsTrial &&
          html`<p class="alert">
            Its trial would be ended at once: the organization, its mail box or this customer has had a trial
            here. With ONE_TRIAL_PER_EMAIL=off, mail boxes do not count.
          </p>`
        }
      </section>
      <section class="stack" aria-labelledby="subscriptions">
        <h2 id="subscriptions">Subscriptions at Dodo</h2>
        ${table(
          'Subscriptions at Dodo, newest first',
          [
            { name: 'Subscription', cell: ({ subscriptionId }) => html`<code>${subscriptionId}</code>` },
            { name: 'Plan', cell: ({ planId }) => planId ?? 'none: its product is not in PLANS_FILE' },
            { name: 'At Dodo', cell: ({ status }) => badge(status) },
          ],
          subscriptions,
        )}
      </section>
      <section class="card stack" aria-labelledby="adopt-title">
        <h2 id="adopt-title">${deed}</h2>
        ${deedForm(frame, {
          id: 'adopt',
          action: `/organizations/${id}/adopt`,
          label: deed,
          explanation: html`${!isBound && 'Organization and customer are bound once and for good. '}What the
          customer has is read in: subscriptions and payments. Nothing is charged. Credit packs that it bought
          before the organization was here bring nothing once more. A setup fee that was paid and not given
          back is given back.`,
          hidden: { dodoCustomerId },
        })}
      </section>`,
  };
}
