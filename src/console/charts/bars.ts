import { count, percent } from '../page/format';
import { html } from '../page/html';
import type { Html, Value } from '../page/html';

export interface Part {
  name: string;
  count: number;
  /** `good`, `busy`, `warn`, `bad` or `plain`: said by the name as well. */
  tone: string;
  beside?: Value;
}

/** One bar of parts with a legend that has the numbers: the drawing adds nothing for who does not see it. */
export function shareBar(parts: Part[]): Html {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  let x = 0;
  const drawn = parts.map((part) => {
    const width = total === 0 ? 0 : (part.count / total) * 100;
    const rect = html`<rect
      class="${part.tone}"
      x="${x.toFixed(2)}"
      width="${width.toFixed(2)}"
      height="10"
    />`;
    x += width;
    return rect;
  });
  return html`<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="empty" width="100" height="10" />
      ${drawn}
    </svg>
    <ul class="legend">
      ${parts.map(
        (part) =>
          html`<li>
            <span class="key ${part.tone}" aria-hidden="true"></span><span>${part.name}</span>
            <strong>${count(part.count)}</strong>
            <span class="soft">${part.beside ?? percent(part.count, total)}</span>
          </li>`,
      )}
    </ul>`;
}

/** Rows of bars, one for each part, as wide as their share of the largest. */
export function barRows(parts: Omit<Part, 'tone'>[]): Html {
  const largest = Math.max(1, ...parts.map((part) => part.count));
  return html`<ul class="bars">
    ${parts.map(
      (part) =>
        html`<li>
          <span>${part.name}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="empty" width="100" height="8" rx="1" />
            <rect class="plain" width="${((part.count / largest) * 100).toFixed(2)}" height="8" rx="1" />
          </svg>
          <strong>${count(part.count)}</strong>
        </li>`,
    )}
  </ul>`;
}
