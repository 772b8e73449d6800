import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What it answers; 'nothing': it hangs up; 'half': it hangs up in the middle of a success; 'silence': it never answers;
 * 'stuck': it goes silent in the middle of a success.
 */
export type Scripted =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'nothing'
  | 'half'
  | 'silence'
  | 'stuck';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Answers one after the other what it was given to answer, and keeps what it was asked. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  readonly script: Scripted[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        scripted.seen.push({ method, path, headers, text: Buffer.concat(chunks).toString() });
        const next = scripted.script.shift() ?? { status: 500, body: 'The script is over.' };
        if (next === 'nothing') return void request.socket.destroy();
        if (next === 'silence') return;
        if (next === 'half' || next === 'stuck') {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '50' });
          return void response.write('{"success":', () => {
            if (next === 'half') setImmediate(() => request.socket.destroy());
          });
        }
        const text = typeof next.body === 'string' ? next.body : JSON.stringify(next.body ?? {});
        response.writeHead(next.status, next.headers).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
