/** What a query of the console keeps at most. */
const MAX_LENGTH = 200;

/** Any origin will do: it is there to see whether an address leaves it. */
const HERE = 'http://console';

/**
 * The page of the console that somebody wanted before signing in, as a path below its base; '' for the first page, and
 * for whatever is no such path, since anybody may have written the address. Forms are not pages, and signing in is the way.
 */
export function wantedPage(text: string): string {
  if (!text.startsWith('/') || text.length > MAX_LENGTH || !URL.canParse(text, HERE)) return '';
  const { origin, pathname, search } = new URL(text, HERE);
  const isElsewhere = origin !== HERE || pathname.startsWith('//');
  return isElsewhere || /^\/(sign-in)?$/.test(pathname) ? '' : `${pathname}${search}`;
}

/** The way to the page that signs in, which leads on to the one that was wanted. `address`: as it was asked for. */
export function signInPath(base: string, address: string): string {
  const wanted = address.startsWith(base) ? wantedPage(address.slice(base.length)) : '';
  return `${base}/sign-in${wanted === '' ? '' : `?next=${encodeURIComponent(wanted)}`}`;
}
