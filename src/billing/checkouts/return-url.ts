const NAME = 'session_id';

/**
 * Adds our session id to the query of the caller's success URL, in place of any that is there. The rest stays as it was
 * written, byte for byte; a fragment stays behind the query.
 */
export function withSessionId(successUrl: string, sessionId: string): string {
  const [beforeFragment, fragment] = splitAt(successUrl, '#');
  const [path, query] = splitAt(beforeFragment, '?');
  const pairs = (query ?? '').split('&').filter((pair) => !new URLSearchParams(pair).has(NAME));
  const kept = pairs.join('&');
  const separator = kept === '' || kept.endsWith('&') ? '' : '&';
  const withQuery = `${path}?${kept}${separator}${NAME}=${sessionId}`;
  return fragment === null ? withQuery : `${withQuery}#${fragment}`;
}

function splitAt(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}
