import { count, percent } from '../page/format';
import { html } from '../page/html';
import type { Html } from '../page/html';

export interface Stage {
  name: string;
  count: number;
}

const [WIDTH, HEIGHT, TOP] = [1120, 170, 56];
const GAP = 8;
/** A stage that nobody reached is still to be seen. */
const THINNEST = 3;

/** Stages from left to right, each as high as its share of the first, with what went on from the one before. */
export function funnel(id: string, title: string, stages: Stage[]): Html {
  const first = stages[0]?.count ?? 0;
  const width = WIDTH / stages.length;
  const room = HEIGHT - TOP;
  const heightOf = (n: number) => Math.max(THINNEST, (room * (stages[n]?.count ?? 0)) / Math.max(1, first));
  return html`<div class="wide-chart" tabindex="0" role="group" aria-label="${title}">
    <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
      <title id="${id}-title">${title}</title>
      <desc id="${id}-desc">${describe(stages)}</desc>
      ${stages.map((stage, n) => {
        const [x, here, next] = [n * width, heightOf(n), heightOf(Math.min(n + 1, stages.length - 1))];
        const middle = TOP + room / 2;
        const right = x + width - GAP;
        const before = stages[n - 1]?.count ?? stage.count;
        return html`<polygon
            class="area f${n}"
            points="${x},${middle - here / 2} ${right},${middle - next / 2} ${right},${middle + next / 2} ${x},${middle + here / 2}"
          />
          <text class="figure" x="${x}" y="22">${count(stage.count)}</text>
          <text class="label" x="${x}" y="42"
            >${stage.name}${n > 0 && ` · ${percent(stage.count, before)} went on`}</text
          >`;
      })}
    </svg>
  </div>`;
}

function describe(stages: Stage[]): string {
  return stages.map(({ name, count: reached }) => `${name}: ${count(reached)}`).join(', ');
}
