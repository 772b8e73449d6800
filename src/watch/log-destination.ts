import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import type { WatchConfig } from './watch.config';

/**
 * Where the log goes: standard output. JSON is written behind the program's
 * back, in batches while the pipe is busy and at once while it is not; what is
 * left is written when the process exits. On a terminal it is readable.
 */
export async function openLog({ logFormat }: Pick<WatchConfig, 'logFormat'>): Promise<DestinationStream> {
  const isTerminal = Boolean(process.stdout.isTTY);
  if (logFormat === 'pretty' || (logFormat === 'auto' && isTerminal)) {
    const { PinoPretty, isColorSupported } = await import('pino-pretty');
    return PinoPretty({
      colorize: isTerminal && isColorSupported,
      ignore: 'pid',
      translateTime: 'SYS:HH:MM:ss.l',
      sync: true,
    });
  }
  const stdout = pino.destination({ dest: 1, sync: false });
  process.on('exit', () => stdout.flushSync());
  return stdout;
}
