/** Where the service listens for Dodo's events, below whatever it is mounted under. */
export const WEBHOOK_PATH = '/webhooks/dodo';

export function endsAtWebhookPath(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith(WEBHOOK_PATH);
}
