/** New objects push others back: as many as a page has may come between two looks, but hardly again and again. */
const SAME_PAGES = 3;

/** Where reading one of Dodo's lists has come; as text, it is kept between two steps. */
export class PageCursor {
  private constructor(
    readonly page: number,
    /** What the page before began with, and how many in a row began with it. */
    private readonly first: string,
    private readonly times: number,
  ) {}

  static parse(text: string): PageCursor {
    const [page = '', first = '', times = ''] = text.split(' ');
    return new PageCursor(Number(page), first, Number(times));
  }

  /** Null when page after page is the same: that list would never end. */
  after(first: string | null): PageCursor | null {
    const times = first !== null && first === this.first ? this.times + 1 : 1;
    return times < SAME_PAGES ? new PageCursor(this.page + 1, first ?? '', times) : null;
  }

  toString(): string {
    return `${this.page} ${this.first} ${this.times}`;
  }
}
