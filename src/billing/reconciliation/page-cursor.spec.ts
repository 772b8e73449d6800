import { PageCursor } from './page-cursor';

describe('PageCursor', () => {
  /** The pages that are asked for while each begins with one of these. */
  function pagesOf(firsts: (string | null)[]): number[] {
    let text = '';
    const pages: number[] = [];
    for (const first of firsts) {
      const cursor = PageCursor.parse(text);
      pages.push(cursor.page);
      const next = cursor.after(first);
      if (!next) break;
      text = String(next);
    }
    return pages;
  }

  it('goes from page to page', () => {
    expect(pagesOf(['pay_a', 'pay_b', 'pay_c'])).toEqual([0, 1, 2]);
  });

  it('goes on when just a page of new objects has come between two looks', () => {
    expect(pagesOf(['pay_a', 'pay_a', 'pay_b', 'pay_b', 'pay_c'])).toEqual([0, 1, 2, 3, 4]);
  });

  it('ends when the third page in a row is the same', () => {
    expect(pagesOf(['pay_a', 'pay_b', 'pay_b', 'pay_b', 'pay_b'])).toEqual([0, 1, 2, 3]);
  });

  it('goes on over pages that can not be read', () => {
    expect(pagesOf([null, null, null, null])).toEqual([0, 1, 2, 3]);
  });

  it('goes on from a cursor that is a page alone', () => {
    expect(PageCursor.parse('7').page).toBe(7);
  });
});
