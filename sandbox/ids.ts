import { randomBytes, randomUUID } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export type IdPrefix =
  | 'pay'
  | 'sub'
  | 'cus'
  | 'ref'
  | 'dp'
  | 'cks'
  | 'pdt'
  | 'inv'
  | 'whk'
  | 'msg'
  | 'dlv'
  | 'pm'
  | 'lnk'
  | 'spc'
  | 'lpr'
  | 'cwt'
  | 'flt'
  | 'prt';

/** A random id of 22 characters after its prefix, about 131 bits. */
export function newId(prefix: IdPrefix): string {
  const body = Array.from(randomBytes(22), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${prefix}_${body}`;
}

export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

export function newClientSecret(): string {
  return `${newId('pay')}_secret_${randomBytes(16).toString('hex')}`;
}

export const newUuid = (): string => randomUUID();
