import { CustomersServer } from './customers-server';
import { SandboxClient } from './demo-client';
import { Month } from './month';
import { ConsoleHand, workByHand } from './month-by-hand';
import { plainEnvironment } from './settings';
import { startStack } from './stack';
import type { Stack } from './stack';

export interface LivedIn {
  stack: Stack;
  consoleUrl: string;
  operatorToken: string;
  stop(): Promise<void>;
}

/** A throw-away instance with a month of life in it. */
export async function startMonth(
  ports: { service: number; sandbox: number },
  onProgress: (what: string) => void,
  signal?: AbortSignal,
): Promise<LivedIn> {
  const stack = await startStack({
    stateDir: null,
    servicePort: ports.service,
    sandboxPort: ports.sandbox,
    env: plainEnvironment(process.env),
    onProgress,
    signal,
  });
  const customers = await CustomersServer.start();
  const stop = async (): Promise<void> => {
    await stack.stop();
    customers.close();
  };
  try {
    const operatorToken = stack.env.OPERATOR_TOKEN!;
    const sandbox = new SandboxClient(stack.sandboxUrl!);
    const consoleUrl = `${stack.serviceUrl}/console`;
    await new Month(stack.serviceUrl, operatorToken, sandbox, customers).live((day, of) => {
      signal?.throwIfAborted();
      if (day % 6 === 0) onProgress(`Day ${day} of ${of}`);
    });
    const hand = new ConsoleHand(consoleUrl);
    await hand.signIn('Demo operator', operatorToken);
    await workByHand(hand);
    return { stack, consoleUrl, operatorToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
