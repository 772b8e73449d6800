import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the demo's customers hear of events: `/good` takes everything, `/flaky` every second post, `/broken` none. */
export class CustomersServer {
  private posts = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CustomersServer> {
    const server = createServer();
    const customers = new CustomersServer(server);
    server.on('request', (request, response) => customers.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return customers;
  }

  urlOf(path: '/good' | '/flaky' | '/broken'): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    this.posts += 1;
    const isTaken = request.url === '/good' || (request.url === '/flaky' && this.posts % 2 === 0);
    response.writeHead(isTaken ? 200 : 503, { 'content-type': 'text/plain' });
    response.end(isTaken ? 'Thanks' : 'The queue is full, come back later');
  }
}
