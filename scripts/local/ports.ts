import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export class PortTaken extends Error {
  constructor(port: number, what: string, setting: string) {
    super(
      `Port ${port} is taken, and the ${what} needs it. Stop what runs there (another npm start?), or choose another: ${setting}=${port + 1} npm start`,
    );
  }
}

/** A port that nothing listens on now. Another program may take it before it is used: callers retry. */
export async function freePort(): Promise<number> {
  const port = await listenBriefly(0, '127.0.0.1');
  if (port === null) throw new Error('No free port on 127.0.0.1');
  return port;
}

/** Below the range that systems take outgoing connections' own ports from. */
const LASTING = { first: 20_000, count: 12_000 };

/** A free port for a server that comes back to it: no connection can take it while the server is down. */
export async function freeLastingPort(): Promise<number> {
  for (;;) {
    const port = LASTING.first + Math.floor(Math.random() * LASTING.count);
    if ((await listenBriefly(port, '127.0.0.1')) !== null) return port;
  }
}

export async function requireFreePort(port: number, what: string, setting: string): Promise<void> {
  // A listener on one of these does not always show on the others: macOS lets them share a port.
  for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
    if ((await listenBriefly(port, host)) === null) throw new PortTaken(port, what, setting);
  }
}

function listenBriefly(port: number, host: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      // A machine without IPv6 has nothing that could be taken there.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(port);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
