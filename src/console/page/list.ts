import { count } from './format';
import { html } from './html';
import type { Html, Value } from './html';

export interface Column<Row> {
  name: string;
  cell: (row: Row) => Value;
  isNumber?: boolean;
}

/** A table with a caption for those who do not see where it stands. */
export function table<Row>(caption: string, columns: Column<Row>[], rows: readonly Row[]): Html {
  const numeric = (column: Column<Row>) => column.isNumber && html` class="num"`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="hidden">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" ${numeric(column)}>${column.name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column) => html`<td${numeric(column)}>${column.cell(row)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${rows.length === 0 && html`<p class="empty">Nothing here.</p>`}
  </div>`;
}

/** Links to the pages of a list; `query` is kept on the way. */
export function pager(
  path: string,
  query: Record<string, string | undefined>,
  { total, limit, offset, items }: { total: number; limit: number; offset: number; items: unknown[] },
): Html {
  const link = (to: number, name: string) =>
    html`<a class="button" href="${withQuery(path, { ...query, offset: to === 0 ? undefined : String(to) })}"
      >${name}</a
    >`;
  const upTo = offset + items.length;
  return html`<nav class="pager" aria-label="Pages">
    <span class="soft">${items.length > 0 && `${count(offset + 1)}–${count(upTo)} of ${count(total)}`}</span>
    <span
      >${offset > 0 && link(Math.max(0, offset - limit), 'Newer')}
      ${upTo < total && link(upTo, 'Older')}</span
    >
  </nav>`;
}

export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const set = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set).toString()}`;
}

/** A filter that is a form without script: it asks by GET. */
export function select(
  name: string,
  label: string,
  options: readonly string[],
  chosen: string | undefined,
): Html {
  return html`<label class="field"
    ><span>${label}</span>
    <select name="${name}">
      <option value="">any</option>
      ${options.map(
        (option) =>
          html`<option value="${option}" ${option === chosen && html` selected`}>
            ${option.replaceAll('_', ' ')}
          </option>`,
      )}
    </select>
  </label>`;
}
