import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A way to a database that can be cut: connections break, and new ones are refused for a while. Or it freezes. */
export class CuttableLink {
  private server: Server;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private isFrozen = false;

  private constructor(private readonly target: URL) {}

  static async to(databaseUrl: string): Promise<CuttableLink> {
    const link = new CuttableLink(new URL(databaseUrl));
    await link.open();
    return link;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String(this.port);
    return url.href;
  }

  async cutFor(ms: number): Promise<void> {
    await this.close();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.open();
  }

  /** Connections stay open, and nothing comes through: what a lost route looks like from inside. */
  freeze(): void {
    this.isFrozen = true;
    this.sockets.forEach((socket) => socket.pause());
  }

  /** What was under way arrives, late. */
  thaw(): void {
    this.isFrozen = false;
    this.sockets.forEach((socket) => socket.resume());
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.sockets.forEach((socket) => socket.resetAndDestroy());
    await closed;
  }

  private async open(): Promise<void> {
    this.server = createServer((near) => this.join(near));
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
      if (this.isFrozen) one.pause();
    }
  }
}
