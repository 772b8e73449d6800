/** What a key may do here. */
export const OWN_SCOPES = [
  'billing:read',
  'billing:write',
  'keys:write',
  'webhooks:read',
  'webhooks:write',
] as const;

/** Scopes of the rest of the Autoposting API: kept with the key for it, they gate nothing here. */
export const FOREIGN_SCOPES = [
  ...['posts', 'brands', 'clips', 'carousels', 'agents', 'kb'].flatMap((noun) => [
    `${noun}:read`,
    `${noun}:write`,
  ]),
  'usage:read',
];

export type Scope = (typeof OWN_SCOPES)[number];

export const ALL_SCOPES: readonly string[] = [...OWN_SCOPES, ...FOREIGN_SCOPES];
