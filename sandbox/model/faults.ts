export const FAULT_KINDS = [
  'error_before',
  'error_after',
  'timeout_before',
  'timeout_after',
  'drop_before',
  'drop_after',
  'delay',
] as const;

export interface Fault {
  id: string;
  method: string;
  path: string;
  kind: (typeof FAULT_KINDS)[number];
  status: number;
  code: string;
  message: string;
  delayMs: number;
  times: number;
  hits: number;
  body: string | null;
  headers: Record<string, string>;
}
