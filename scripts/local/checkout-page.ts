import { same } from './demo-checks';

export interface Buyer {
  email: string;
  name: string;
  card: string;
}

export interface Submitted {
  status: number;
  /** Where the browser is sent, if anywhere. */
  location: string | null;
  html: string;
}

/** A hosted checkout page, used as a browser without scripts uses it: read the form, fill it, post it. */
export class CheckoutPage {
  private constructor(
    private readonly url: string,
    readonly html: string,
  ) {}

  static async open(url: string): Promise<CheckoutPage> {
    const response = await fetch(url);
    same(`GET ${url} answers`, response.status, 200);
    return new CheckoutPage(url, await response.text());
  }

  /** What a person reads: no tags, no scripts, single spaces. */
  get text(): string {
    return textOf(this.html);
  }

  async pay(buyer: Buyer): Promise<Submitted> {
    const form = /<form\b[^>]*method="post"[^>]*>/i.exec(this.html)?.[0] ?? '';
    const response = await fetch(new URL(attribute(form, 'action') ?? '', this.url), {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(this.url).origin },
      body: new URLSearchParams(this.filled(buyer)),
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      html: await response.text(),
    };
  }

  private filled({ email, name, card }: Buyer): [string, string][] {
    const typed: Record<string, string> = {
      email,
      name,
      'card-number': card,
      expiry: '12/39',
      cvc: '123',
      zip: '94105',
    };
    const inputs = this.html.match(/<input\b[^>]*>/gi) ?? [];
    const fields = inputs.flatMap((tag): [string, string][] => {
      const field = attribute(tag, 'name');
      if (!field) return [];
      // What the shop has filled in already stays, as it does for a buyer who agrees with it.
      return [[field, attribute(tag, 'value') || (typed[attribute(tag, 'id') ?? ''] ?? '')]];
    });
    const country = /<select\b[^>]*id="country"[^>]*>/i.exec(this.html)?.[0];
    const countryField = country && attribute(country, 'name');
    return countryField ? [...fields, [countryField, 'US']] : fields;
  }
}

export const alertIn = (html: string): string =>
  textOf(/<[^>]*role="alert"[^>]*>([\s\S]*?)<\/(?:div|p|section|ul)>/i.exec(html)?.[1] ?? '');

function textOf(html: string): string {
  return html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1]?.replaceAll('&amp;', '&');
