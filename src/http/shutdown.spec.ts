import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { takeWhoeverHasConnected } from './shutdown';

const CLIENTS = 50;
/** Longer than a process takes to start and to open its connections. */
const BUSY_MS = 1_500;

/** What an answer costs the process. */
const WORK_MS = 2;

/** Connects many times, asks, and prints how many were answered. */
const CLIENT = `
  let [answered, ended] = [0, 0];
  for (let i = 0; i < ${CLIENTS}; i += 1) {
    const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1', () => socket.write('?'));
    socket.on('data', () => { answered += 1; socket.end(); }).on('error', () => undefined);
    socket.on('close', () => (ended += 1) === ${CLIENTS} && console.log(answered));
  }`;

/** Keeps some connections, and asks again on each as soon as it is answered. */
const TALKERS = `
  for (let i = 0; i < 8; i += 1) {
    const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1', () => socket.write('?'));
    socket.on('data', () => socket.write('?')).once('data', () => console.log('talking'));
  }`;

describe('takeWhoeverHasConnected', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('data', () => socket.end('!')).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Only what the loop has seen once is watched.
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  /** Clients come while this process is too busy to see them; how many were answered by one that then closes? */
  async function answeredOf(close: () => Promise<unknown>): Promise<number> {
    const { port } = server.address() as AddressInfo;
    const client = spawn(process.execPath, ['-e', CLIENT, String(port)]);
    const answered = text(client.stdout);
    const end = Date.now() + BUSY_MS;
    while (Date.now() < end);
    await close();
    server.close();
    return Number(await answered);
  }

  it('lets everyone in who has connected before the socket closes', async () => {
    expect(await answeredOf(() => takeWhoeverHasConnected(server))).toBe(CLIENTS);
  });

  it('also while those that are in keep it at work', async () => {
    server.removeAllListeners('connection').on('connection', (socket) => {
      socket.on('data', () => {
        for (const end = Date.now() + WORK_MS; Date.now() < end;);
        socket.write('!');
      });
      socket.on('error', () => undefined);
    });
    const talk = spawn(process.execPath, ['-e', TALKERS, String((server.address() as AddressInfo).port)]);
    await once(talk.stdout, 'data');
    const answered = await answeredOf(() => takeWhoeverHasConnected(server));
    talk.kill();
    await once(talk, 'close');
    expect(answered).toBe(CLIENTS);
  });

  it('is needed: without it, they are reset', async () => {
    expect(await answeredOf(() => Promise.resolve())).toBe(0);
  });
});
