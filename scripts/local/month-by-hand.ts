import { same } from './demo-checks';

/** What the operator does in the console at the end of the month: through its forms, as a browser would. */
export class ConsoleHand {
  private cookie = '';

  constructor(private readonly consoleUrl: string) {}

  async signIn(name: string, token: string): Promise<void> {
    const response = await this.post('/sign-in', { name, token });
    same('Signing in answers', response.status, 303);
    this.cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  }

  /** The first link on a page that leads below `path`. */
  async findLink(page: string, path: string): Promise<string | null> {
    const links = (await this.get(page)).matchAll(/href="([^"]+)"/g);
    const base = new URL(this.consoleUrl).pathname;
    const found = [...links].find(([, href]) => href!.startsWith(`${base}${path}/`))?.[1];
    return found?.slice(base.length) ?? null;
  }

  /** Sends the form of `page` that posts to `path`. */
  async submit(page: string, path: string, fields: Record<string, string>): Promise<void> {
    const csrf = /name="csrf" value="([^"]+)"/.exec(await this.get(page))?.[1] ?? '';
    same(`POST ${path} answers`, (await this.post(path, { csrf, ...fields })).status, 303);
  }

  private async get(path: string): Promise<string> {
    const response = await fetch(this.consoleUrl + path, { headers: { cookie: this.cookie } });
    same(`GET ${path} answers`, response.status, 200);
    return response.text();
  }

  private post(path: string, fields: Record<string, string>): Promise<Response> {
    return fetch(this.consoleUrl + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: this.cookie, origin: new URL(this.consoleUrl).origin },
      body: new URLSearchParams(fields),
    });
  }
}

/** One refund that failed is settled, the other is left for whoever looks; an event is replayed. */
export async function workByHand(hand: ConsoleHand): Promise<void> {
  const event = await hand.findLink('/events?type=payment.failed', '/events');
  if (event)
    await hand.submit(event, `${event}/replay`, { reason: 'The customer asks why the card was refused' });
  const refund = await hand.findLink('/refunds?state=failed', '/refunds');
  if (refund) await hand.submit(refund, `${refund}/settle`, { reason: 'Paid back by bank transfer' });
}
