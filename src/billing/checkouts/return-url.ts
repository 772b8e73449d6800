/**
 * Adds our session id to the query of the caller's success URL. What was there
 * stays as it was written, byte for byte; a fragment stays behind the query.
 */
export function withSessionId(successUrl: string, sessionId: string): string {
  const [beforeFragment, fragment] = splitAt(successUrl, '#');
  const [path, query] = splitAt(beforeFragment, '?');
  const separator = query === null ? '?' : query === '' || query.endsWith('&') ? '' : '&';
  const withQuery = `${path}${query === null ? '' : `?${query}`}${separator}session_id=${sessionId}`;
  return fragment === null ? withQuery : `${withQuery}#${fragment}`;
}

function splitAt(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}
