import type { Line } from './row';
export async function writePerformancePage(_lines: readonly Line[], _machine: string): Promise<void> {}
