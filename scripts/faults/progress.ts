import type { World } from './world';

const EVERY_MS = 500;

/** One line on the terminal's stderr that says where the run is. */
export class Progress {
  private phase = 'starting';
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly goal: number,
    private readonly out = process.stderr,
  ) {}

  watch(world: World): void {
    if (this.out.isTTY) this.timer = setInterval(() => this.show(world), EVERY_MS);
  }

  say(phase: string): void {
    this.phase = phase;
    // Where nobody looks on, a line for each phase says afterwards where the time went.
    if (!this.out.isTTY) this.out.write(`${new Date().toISOString().slice(11, 19)} ${phase}\n`);
  }

  stop(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.out.write('\r\u001b[K');
  }

  private show({ deliveries, diary, tally, time }: World): void {
    const day = time.now ? new Date(time.now).toISOString().slice(0, 10) : '';
    const kills = tally.of('process killed') + tally.of('process killed while it started');
    this.out.write(
      `\r\u001b[K${this.phase} · ${deliveries.total}/${this.goal} deliveries · ${diary.orgs.length} orgs · ${kills} kills · ${day}`,
    );
  }
}
