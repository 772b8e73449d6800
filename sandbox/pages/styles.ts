/** One sheet for every page; colours are named by what they are for, once for light and once for dark. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --ground: #f6f6f3; --surface: #ffffff; --sunken: #efeeea; --line: #dcdad3; --field-line: #8b887e;
  --ink: #1d1c19; --soft: #5b5850; --accent: #14532d; --accent-ink: #ffffff; --accent-soft: #e4f2e7;
  --alert: #9f1d1d; --alert-soft: #fdecec; --focus: #1d6fd8; --badge: #fbe9c6; --badge-ink: #6b4a05;
  --radius: 12px; --shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px -16px rgb(0 0 0 / .18);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #151513; --surface: #1f1f1c; --sunken: #191917; --line: #35342f; --field-line: #85827a;
    --ink: #f2f0ea; --soft: #b3afa4; --accent: #86e0a3; --accent-ink: #08240f; --accent-soft: #17301f;
    --alert: #ffb1ab; --alert-soft: #3a1917; --focus: #7fb4ff; --badge: #3d3013; --badge-ink: #f4d58d;
    --shadow: 0 1px 2px rgb(0 0 0 / .4);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1, h2, h3, p, ul, dl, dd, fieldset { margin: 0; padding: 0; border: 0; }
h1 { font-size: 1.0625rem; font-weight: 600; } h2 { font-size: 1rem; font-weight: 650; }
a { color: inherit; text-underline-offset: 3px; }
a:hover { color: var(--accent); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 6px; }
.soft { color: var(--soft); } .small { font-size: .875rem; } .num { font-variant-numeric: tabular-nums; white-space: nowrap; }
.mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .8125rem; overflow-wrap: anywhere; }
.stack { display: grid; gap: 1rem; align-content: start; min-width: 0; } .tight { gap: .35rem; } .wide { gap: 1.75rem; }
.row { display: flex; gap: .75rem; align-items: center; } .between { justify-content: space-between; align-items: baseline; }
.wrap { flex-wrap: wrap; }
.page { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
.narrow { max-width: 34rem; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: calc(var(--radius) + 4px);
  padding: clamp(1.25rem, 3vw, 2rem); box-shadow: var(--shadow); min-width: 0; }
.columns { display: grid; gap: 2rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 52rem) { .columns { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 3.5rem; padding-top: 1.5rem; } }
.mark { width: 2rem; height: 2rem; border-radius: 9px; background: var(--accent); color: var(--accent-ink);
  display: grid; place-items: center; font-weight: 700; flex: none; }
.badge { background: var(--badge); color: var(--badge-ink); font-size: .75rem; font-weight: 600; padding: .15rem .55rem; border-radius: 99px; white-space: nowrap; }
.status { background: var(--sunken); border: 1px solid var(--line); font-size: .75rem; font-weight: 600; padding: .1rem .5rem; border-radius: 99px; white-space: nowrap; }
.amount { font-size: clamp(2.5rem, 7vw, 3.25rem); line-height: 1.1; font-weight: 680; letter-spacing: -.03em; font-variant-numeric: tabular-nums; }
.lines { list-style: none; display: grid; gap: 1rem; border-top: 1px solid var(--line); padding-top: 1.25rem; }
.totals { display: grid; gap: .5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
.totals div { display: flex; justify-content: space-between; gap: 1rem; } .total { font-weight: 650; }
.note { background: var(--accent-soft); border-radius: var(--radius); padding: .875rem 1rem; font-size: .9375rem; }
.alert { background: var(--alert-soft); color: var(--alert); border: 1px solid currentColor; border-radius: var(--radius); padding: .75rem 1rem; }
.field { display: grid; gap: .35rem; min-width: 0; align-content: start; } label { font-size: .875rem; font-weight: 600; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .875rem; }
input, select { font: inherit; width: 100%; min-height: 2.875rem; padding: .55rem .8rem; color: var(--ink); background: var(--surface);
  border: 1px solid var(--field-line); border-radius: 9px; }
input[readonly] { background: var(--sunken); color: var(--soft); }
input[aria-invalid=true] { border-color: var(--alert); border-width: 2px; }
.problem { color: var(--alert); font-size: .875rem; }
button, .button { font: inherit; font-weight: 620; cursor: pointer; border-radius: 9px; border: 1px solid var(--field-line); background: var(--surface);
  color: var(--ink); padding: .5rem .9rem; min-height: 2.5rem; text-decoration: none; display: inline-flex; align-items: center; justify-content: center; gap: .5rem; }
button:hover, .button:hover { border-color: var(--ink); color: var(--ink); }
.primary { background: var(--accent); color: var(--accent-ink); border-color: transparent; min-height: 3.125rem; width: 100%; font-size: 1.0625rem; }
.primary:hover { filter: brightness(1.12); color: var(--accent-ink); } button[disabled] { opacity: .6; cursor: progress; }
.cards { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr)); }
.cards button { display: grid; justify-content: start; text-align: left; gap: 0; font-weight: 500; font-size: .875rem; padding: .5rem .7rem; }
.cards small { color: var(--soft); font-size: .8125rem; }
details summary { cursor: pointer; font-weight: 600; padding: .25rem 0; } details > div { margin-top: .75rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; } .scroll { overflow-x: auto; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 600; }
footer { color: var(--soft); font-size: .8125rem; }
@media (prefers-reduced-motion: no-preference) { button, .button, input { transition: border-color .12s, filter .12s; } }
`;
