import type { TestService } from './test-service';

export interface ConsoleAnswer {
  status: number;
  headers: Headers;
  html: string;
}

/** Somebody at the console, as a browser without scripts: it keeps the cookie, and sends the forms that it has seen. */
export class ConsoleVisitor {
  cookie = '';

  constructor(
    private readonly service: TestService,
    private readonly base = '/console',
  ) {}

  static async signedIn(service: TestService, token: string, name = 'Ada Operator'): Promise<ConsoleVisitor> {
    const visitor = new ConsoleVisitor(service);
    const { status, html } = await visitor.signIn(name, token);
    if (status !== 303) throw new Error(`Signing in answered ${status}: ${html}`);
    return visitor;
  }

  async signIn(name: string, token: string): Promise<ConsoleAnswer> {
    const answer = await this.post('/sign-in', { name, token });
    this.cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    return answer;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<ConsoleAnswer> {
    return this.send('GET', path, headers);
  }

  post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = { origin: this.service.url },
  ): Promise<ConsoleAnswer> {
    return this.send('POST', path, headers, new URLSearchParams(fields));
  }

  /** The token that the pages of this session carry. */
  async csrf(): Promise<string> {
    const { html } = await this.get('');
    const found = /name="csrf" value="([^"]+)"/.exec(html)?.[1];
    if (!found) throw new Error('The page has no form.');
    return found;
  }

  async submit(path: string, fields: Record<string, string>): Promise<ConsoleAnswer> {
    return this.post(path, { csrf: await this.csrf(), ...fields });
  }

  private async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: URLSearchParams,
  ): Promise<ConsoleAnswer> {
    const response = await fetch(`${this.service.url}${this.base}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(this.cookie && { cookie: this.cookie }), ...headers },
      body,
    });
    return { status: response.status, headers: response.headers, html: await response.text() };
  }
}
