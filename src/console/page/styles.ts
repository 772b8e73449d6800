/** One sheet for every page; colours are named by what they are for, once for light and once for dark. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --surface: #ffffff; --sunken: #eef0f4; --line: #dfe2e9; --field-line: #858b99;
  --ink: #16181d; --soft: #565c69; --accent: #2f4bd8; --accent-ink: #ffffff; --accent-soft: #e8ecff; --focus: #2f4bd8;
  --good: #0b6b4f; --good-soft: #dcf3ea; --busy: #0b5a94; --busy-soft: #dfeefb; --warn: #7a4a00; --warn-soft: #fbeccd;
  --bad: #a3172b; --bad-soft: #fde5e6; --plain-soft: #e7e9ef;
  --s0: #3b5bdb; --s1: #e08a00; --s2: #0b8f6a; --s3: #c2528b; --s4: #3aa3d9; --s5: #7a7f8c;
  --shadow: 0 1px 2px rgb(20 24 40 / .06);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1115; --surface: #181b21; --sunken: #12151a; --line: #2b303a; --field-line: #828998;
    --ink: #eef0f4; --soft: #a6adbb; --accent: #a3b4ff; --accent-ink: #0d1333; --accent-soft: #222a4d; --focus: #a3b4ff;
    --good: #7fdcb8; --good-soft: #12342a; --busy: #8cc8f7; --busy-soft: #12304a; --warn: #f2c777; --warn-soft: #3b2c0d;
    --bad: #ffa9ae; --bad-soft: #43191f; --plain-soft: #2a2f39;
    --s0: #8ea2ff; --s1: #f3b04d; --s2: #4fcfa5; --s3: #ea8fbd; --s4: #7fcdf5; --s5: #a6adbb;
    --shadow: 0 1px 2px rgb(0 0 0 / .5);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1, h2, p, ul, ol, dl, dd, pre { margin: 0; padding: 0; }
h1 { font-size: 1.5rem; line-height: 1.2; font-weight: 680; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { font-size: .9375rem; font-weight: 640; margin-bottom: .75rem; }
ul, ol { list-style: none; } .stack > h2 { margin: 0; }
a { color: var(--accent); text-decoration: none; } a:hover, p a:not(.button) { text-decoration: underline; text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 6px; }
main:focus { outline: none; }
code, pre { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-weight: 400; } .small { font-size: .8125rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100rem; top: 0; z-index: 2; background: var(--surface); padding: .75rem 1rem; }
.skip:focus { left: 0; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; background: var(--surface);
  border-bottom: 1px solid var(--line); padding: .5rem max(1.25rem, calc((100% - 78rem) / 2 + 1.25rem)); }
.brand { display: inline-flex; gap: .6rem; align-items: center; font-weight: 680; color: var(--ink); padding: .35rem 0; }
.mark { display: inline-block; width: 1.5rem; height: 1.5rem; border-radius: 7px;
  background: linear-gradient(135deg, var(--s0), var(--s2)); }
.bar ul { display: flex; flex-wrap: wrap; gap: .15rem; }
.bar nav a { display: block; padding: .35rem .45rem; font-size: .875rem; border-radius: 8px; color: var(--soft); font-weight: 550; }
.bar nav a:hover { background: var(--sunken); text-decoration: none; color: var(--ink); }
.bar nav a[aria-current] { background: var(--accent-soft); color: var(--accent); }
.who { font-size: .875rem; margin-left: auto; display: flex; gap: .75rem; align-items: center; }
main { max-width: 78rem; margin: 0 auto; padding: 1.75rem 1.25rem 4rem; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.head { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center; justify-content: space-between; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 1.25rem 1.4rem; box-shadow: var(--shadow); min-width: 0; }
.stack { display: grid; gap: 1rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.narrow { width: 100%; max-width: 26rem; margin: 8vh auto 0; padding: 2rem; }
.columns { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.halves { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.tabs { display: flex; flex-wrap: wrap; gap: .15rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 10px; padding: .2rem; }
.tabs a { padding: .25rem .7rem; white-space: nowrap; border-radius: 7px; color: var(--soft); font-weight: 550; font-size: .875rem; }
.tabs a[aria-current] { background: var(--surface); color: var(--ink); box-shadow: var(--shadow); }
.attention { display: flex; flex-wrap: wrap; gap: .5rem; }
.attention a { background: var(--warn-soft); color: var(--warn); border-radius: 10px; padding: .5rem .9rem; }
.tiles { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
.tile { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 1rem 1.25rem; box-shadow: var(--shadow); }
.tile dt { color: var(--soft); font-size: .8125rem; font-weight: 550; }
.tile strong { display: block; font-size: 1.75rem; line-height: 1.25; letter-spacing: -.03em; font-weight: 680; font-variant-numeric: tabular-nums; }
.tile span { font-size: .8125rem; }
.wide-chart { overflow-x: auto; } .from-newest { direction: rtl; } .from-newest > * { direction: ltr; } .chart { display: block; width: 100%; min-width: 40rem; height: auto; }
.chart text { fill: var(--soft); font-size: 12.5px; } .chart .label { fill: var(--ink); font-weight: 550; font-size: 13.5px; }
.chart .figure { fill: var(--ink); font-size: 26px; font-weight: 680; letter-spacing: -.02em; }
.chart .grid { stroke: var(--line); stroke-width: 1; } .chart .area { fill-opacity: .22; }
.chart .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
.s0 { fill: var(--s0); stroke: var(--s0); } .s1 { fill: var(--s1); stroke: var(--s1); } .s2 { fill: var(--s2); stroke: var(--s2); }
.s3 { fill: var(--s3); stroke: var(--s3); } .s4 { fill: var(--s4); stroke: var(--s4); } .s5 { fill: var(--s5); stroke: var(--s5); }
.chart .area, .chart rect.key { stroke: none; }
.chart .f0 { fill: var(--s0); fill-opacity: .28; } .chart .f1 { fill: var(--s0); fill-opacity: .46; }
.chart .f2 { fill: var(--s0); fill-opacity: .68; } .chart .f3 { fill: var(--s0); fill-opacity: .92; }
.share { display: block; width: 100%; height: 12px; border-radius: 6px; }
svg .empty { fill: var(--plain-soft); } svg .good { fill: var(--s2); } svg .busy { fill: var(--s4); } svg .warn { fill: var(--s1); }
svg .bad { fill: var(--bad); } svg .plain { fill: var(--s0); }
.legend { display: grid; gap: .4rem; margin-top: .9rem; }
.legend li { display: grid; grid-template-columns: auto 1fr auto 5.5rem; gap: .6rem; align-items: baseline; }
.legend .key { width: .65rem; height: .65rem; border-radius: 3px; } .legend .soft { text-align: right; font-variant-numeric: tabular-nums; }
.key.good { background: var(--s2); } .key.busy { background: var(--s4); } .key.warn { background: var(--s1); } .key.bad { background: var(--bad); } .key.plain { background: var(--s0); }
.bars { display: grid; gap: .45rem; margin-bottom: .75rem; }
.bars li { display: grid; grid-template-columns: 9rem 1fr 2.5rem; gap: .75rem; align-items: center; } .bars svg { width: 100%; height: 9px; } .bars strong { text-align: right; }
.card > p.small { margin-top: .75rem; } details { margin-top: .75rem; } details.card { margin-top: 0; }
summary { cursor: pointer; font-weight: 600; padding: .15rem 0; } details > * + * { margin-top: .75rem; }
.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
.field { display: grid; gap: .3rem; min-width: 11rem; } .field.wide { flex: 1 1 18rem; } .field > span:first-child { font-size: .8125rem; font-weight: 600; }
input, select { font: inherit; width: 100%; min-height: 2.5rem; padding: .4rem .7rem; color: var(--ink); background: var(--surface); border: 1px solid var(--field-line); border-radius: 9px; }
input::placeholder { color: var(--soft); opacity: 1; } input[aria-invalid] { border-color: var(--bad); border-width: 2px; }
button, .button { font: inherit; font-weight: 600; cursor: pointer; border-radius: 9px; border: 1px solid var(--field-line); background: var(--surface); color: var(--ink); padding: .4rem .9rem; min-height: 2.5rem; display: inline-flex; align-items: center; justify-content: center; }
button:hover, .button:hover { border-color: var(--ink); text-decoration: none; }
.primary { background: var(--accent); color: var(--accent-ink); border-color: transparent; } .grave { background: var(--bad); color: var(--surface); border-color: transparent; }
.quiet { background: none; border-color: transparent; color: var(--soft); min-height: 2rem; padding: .2rem .6rem; }
.deed { display: grid; gap: .9rem; justify-items: start; } .deed .field { width: 100%; max-width: 34rem; }
.scroll { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
.card .scroll { box-shadow: none; max-height: 26rem; overflow-y: auto; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th, td { text-align: left; padding: .65rem 1rem; border-bottom: 1px solid var(--line); vertical-align: top; } td { max-width: 24rem; overflow-wrap: break-word; }
tbody tr:last-child td { border-bottom: 0; } tbody tr:hover { background: var(--sunken); }
td > code, td > a > code { overflow-wrap: normal; white-space: nowrap; } th { color: var(--soft); font-weight: 600; font-size: .8125rem; white-space: nowrap; } .num { text-align: right; font-variant-numeric: tabular-nums; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; } .clip { display: block; max-width: 24rem; overflow-wrap: anywhere; white-space: normal; } .clip:not(:empty) { min-width: 12rem; }
.empty { color: var(--soft); padding: 1.5rem 1rem; } .card > .empty { padding: .5rem 0; }
.pager { display: flex; justify-content: space-between; align-items: center; gap: 1rem; min-height: 2.5rem; } .pager span { display: flex; gap: .5rem; }
.badge { display: inline-block; font-size: .75rem; line-height: 1.4; font-weight: 620; padding: .1rem .55rem; border-radius: 99px; white-space: nowrap; background: var(--plain-soft); color: var(--ink); }
.badge.good { background: var(--good-soft); color: var(--good); } .badge.busy { background: var(--busy-soft); color: var(--busy); }
.badge.warn { background: var(--warn-soft); color: var(--warn); } .badge.bad { background: var(--bad-soft); color: var(--bad); }
.facts { display: grid; gap: .9rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
.facts dt { color: var(--soft); font-size: .8125rem; } .facts dd { overflow-wrap: anywhere; }
pre { background: var(--sunken); border-radius: 9px; padding: .9rem 1rem; max-height: 34rem; overflow: auto; white-space: pre-wrap; }
.alert { background: var(--bad-soft); color: var(--bad); border-radius: 9px; padding: .7rem 1rem; } .notice { background: var(--good-soft); color: var(--good); border-radius: 10px; padding: .7rem 1rem; }
.timeline li { display: grid; grid-template-columns: 10.5rem 6.5rem minmax(0, 1fr); gap: .25rem 1rem; padding: .55rem 0; border-bottom: 1px solid var(--line); align-items: baseline; }
.timeline time { color: var(--soft); font-size: .8125rem; } .timeline .what { display: flex; flex-wrap: wrap; gap: .2rem .6rem; align-items: baseline; overflow-wrap: anywhere; }
.kind { font-size: .75rem; font-weight: 600; color: var(--soft); } .event .kind { color: var(--busy); } .payment .kind, .refund .kind { color: var(--good); } .by_hand .kind { color: var(--warn); }
@media (max-width: 44rem) { .chart { min-width: 56rem; } .tabs a { padding: .25rem .45rem; } .timeline li { grid-template-columns: 1fr auto; } .timeline .what { grid-column: 1 / -1; } .who { margin-left: 0; } .bar { padding-bottom: .6rem; } }
@media (prefers-reduced-motion: no-preference) { a, button, input { transition: background-color .12s, border-color .12s; } }
`;
