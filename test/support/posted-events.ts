import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SentEvent } from './life';

/** Takes what the sandbox posts, and keeps it for a test that decides itself when it arrives at the service. */
export class PostedEvents {
  private readonly events: SentEvent[] = [];
  private readonly waiting = new Set<() => void>();
  private server: Server;

  static async listen(): Promise<PostedEvents> {
    const posted = new PostedEvents();
    posted.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        posted.keep(String(request.headers['webhook-id']), Buffer.concat(chunks).toString());
        response.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(posted.server, 'listening');
    return posted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** The event of this type about the object with this id, as soon as it is here. */
  async next(type: string, objectId: string): Promise<SentEvent> {
    for (;;) {
      const found = this.events.find((event) => event.type === type && event.body.includes(objectId));
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private keep(id: string, body: string): void {
    this.events.push({ id, type: (JSON.parse(body) as { type: string }).type, body });
    this.waiting.forEach((resolve) => resolve());
    this.waiting.clear();
  }
}
