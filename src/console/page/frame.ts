/** What every page needs to know beside its own subject. */
export interface Frame {
  /** Where the console is mounted, such as `/console`: links begin with it. */
  base: string;
  /** Null on the page that signs in. */
  operatorName: string | null;
  /** Goes into every form, and comes back with it. */
  csrfToken: string;
}

/** A thing with a page of its own: the room of the console, and its id there. */
export type Place = [room: string, id: string];

export function pathTo(base: string, [room, id]: Place): string {
  return `${base}/${room}/${encodeURIComponent(id)}`;
}

export function basePath({ globalPrefix }: { globalPrefix: string }): string {
  return globalPrefix === '' ? '/console' : `/${globalPrefix}/console`;
}
