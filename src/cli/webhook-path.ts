/** Where the service listens for Dodo's events, below whatever it is mounted under. */
export const WEBHOOK_PATH = '/webhooks/dodo';

export function endsAtWebhookPath(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith(WEBHOOK_PATH);
}

/** Of an address at which the service does not listen; null of one that may be right. */
export function warningOfPath(url: string): string | null {
  if (endsAtWebhookPath(url)) return null;
  return `The service listens at …${WEBHOOK_PATH}, which is not the end of ${url}.`;
}
