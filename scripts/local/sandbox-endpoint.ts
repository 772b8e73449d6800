/** Marks the endpoint that belongs to the service started here, whatever port it has this time. */
const DESCRIPTION = 'The service started beside this sandbox';

interface Endpoint {
  id: string;
  url: string;
  description?: string | null;
}

/** Makes sure that the sandbox sends its webhooks to `url`, and returns the secret they are signed with. */
export async function ensureWebhookEndpoint(sandboxUrl: string, url: string): Promise<string> {
  const known = await findEndpoint(sandboxUrl);
  const endpoint =
    known ?? (await call<Endpoint>(sandboxUrl, 'POST', '/webhooks', { url, description: DESCRIPTION }));
  if (endpoint.url !== url) await call(sandboxUrl, 'PATCH', `/webhooks/${endpoint.id}`, { url });
  const { secret } = await call<{ secret: string }>(sandboxUrl, 'GET', `/webhooks/${endpoint.id}/secret`);
  return secret;
}

async function findEndpoint(sandboxUrl: string): Promise<Endpoint | undefined> {
  let iterator: string | null = null;
  for (;;) {
    const query: string = iterator ? `?iterator=${encodeURIComponent(iterator)}` : '';
    const page: { data: Endpoint[]; iterator: string | null; done: boolean } = await call(
      sandboxUrl,
      'GET',
      `/webhooks${query}`,
    );
    const found = page.data.find(({ description }) => description === DESCRIPTION);
    if (found || page.done || page.data.length === 0) return found;
    iterator = page.iterator;
  }
}

async function call<T = unknown>(
  sandboxUrl: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const response = await fetch(sandboxUrl + path, {
    method,
    headers: { authorization: 'Bearer sandbox', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The sandbox answered ${response.status} to ${method} ${path}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}
