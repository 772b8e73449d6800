import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A way to a server (a database, Dodo) that can be cut: at once, for a while, or so that nobody notices. */
export class CuttableLink {
  private server: Server;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private isFrozen = false;

  private constructor(private readonly target: URL) {}

  static async to(url: string): Promise<CuttableLink> {
    const link = new CuttableLink(new URL(url));
    await link.open();
    return link;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String(this.port);
    return url.href;
  }

  /** Connections break, and new ones are refused until it is opened again. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  async open(): Promise<void> {
    this.server = createServer({ noDelay: true }, (near) => this.join(near));
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** The same for a while. */
  async cutFor(ms: number): Promise<void> {
    await this.close();
    await sleep(ms);
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

  /** Connections break by a reset; whoever connects again gets through. */
  cut(): void {
    this.sockets.forEach((socket) => socket.resetAndDestroy());
  }

  /** What is connected now stays so, and not a byte goes through any more, until it all breaks. */
  async halfOpenFor(ms: number): Promise<void> {
    const silent = [...this.sockets];
    for (const socket of silent) socket.unpipe().resume();
    await sleep(ms);
    silent.forEach((socket) => socket.resetAndDestroy());
  }

  private join(near: Socket): void {
    const far = connect({ port: Number(this.target.port), host: this.target.hostname, noDelay: true });
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
