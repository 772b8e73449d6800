import { html } from '../page/html';
import type { Html } from '../page/html';
import { niceScale } from './scale';

export interface Series {
  name: string;
  values: number[];
}

const [WIDTH, HEIGHT] = [1120, 290];
const EDGE = { top: 14, right: 92, bottom: 28, left: 58 };
const [INNER_WIDTH, INNER_HEIGHT] = [WIDTH - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
/** Labels closer than this would cover each other. */
const LABEL_GAP = 15;
const DATE_LABELS = 9;

/** Layers on top of one another, the last series on top; each is named at its right end, so no colour must be told apart. */
export function areaChart(
  id: string,
  text: { title: string; description: string },
  days: Date[],
  series: Series[],
  format: (value: number) => string,
): Html {
  const totals = days.map((_, i) => series.reduce((sum, { values }) => sum + values[i]!, 0));
  const ticks = niceScale(Math.max(...totals, 0));
  const x = (i: number) =>
    EDGE.left + (days.length < 2 ? INNER_WIDTH : (i / (days.length - 1)) * INNER_WIDTH);
  const y = (value: number) => EDGE.top + INNER_HEIGHT * (1 - value / ticks.at(-1)!);
  const layers = stack(series);
  return html`<div class="wide-chart from-newest" tabindex="0" role="group" aria-label="${text.title}">
    <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
      <title id="${id}-title">${text.title}</title>
      <desc id="${id}-desc">${text.description}</desc>
      ${ticks.map(
        (tick) =>
          html`<line
              class="grid"
              x1="${EDGE.left}"
              x2="${WIDTH - EDGE.right}"
              y1="${y(tick)}"
              y2="${y(tick)}"
            />
            <text class="axis" x="${EDGE.left - 8}" y="${y(tick) + 4}" text-anchor="end"
              >${format(tick)}</text
            >`,
      )}
      ${dateLabels(days, x)}
      ${layers.map(({ lower, upper }, n) => {
        const top = upper.map((value, i) => point(x(i), y(value)));
        const bottom = lower.map((value, i) => point(x(i), y(value))).toReversed();
        return html`<polygon class="area s${n}" points="${[...top, ...bottom].join(' ')}" />
          <polyline class="line s${n}" points="${top.join(' ')}" />`;
      })}
      ${spread(layers.map(({ lower, upper }) => y((lower.at(-1)! + upper.at(-1)!) / 2))).map(
        (at, n) =>
          html`<rect
              class="key s${n}"
              x="${WIDTH - EDGE.right + 8}"
              y="${at - 4}"
              width="9"
              height="9"
              rx="2"
            />
            <text class="label" x="${WIDTH - EDGE.right + 22}" y="${at + 4}">${series[n]!.name}</text>`,
      )}
    </svg>
  </div>`;
}

function stack(series: Series[]): { lower: number[]; upper: number[] }[] {
  let lower = series[0]?.values.map(() => 0) ?? [];
  return series.map(({ values }) => {
    const layer = { lower, upper: lower.map((below, i) => below + values[i]!) };
    lower = layer.upper;
    return layer;
  });
}

function dateLabels(days: Date[], x: (i: number) => number): Html[] {
  const every = Math.max(1, Math.ceil(days.length / DATE_LABELS));
  return days.flatMap((day, i) => {
    if (i % every !== 0) return [];
    const name = day.toLocaleDateString('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
    return [html`<text class="axis" x="${x(i)}" y="${HEIGHT - 8}" text-anchor="middle">${name}</text>`];
  });
}

/** Moves labels apart, from the lowest upwards, in the order of the layers. */
function spread(wanted: number[]): number[] {
  let below = Infinity;
  return wanted.map((at) => (below = Math.min(at, below - LABEL_GAP)));
}

function point(x: number, y: number): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
