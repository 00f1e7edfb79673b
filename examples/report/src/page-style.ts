/** The style of every report: system fonts, one column, light and dark, colours that colour-blind readers tell apart. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1b1f24; --quiet: #5b636d; --rule: #c9ced5; --grid: #e9ecf0; --tint: #f5f6f8;
  --link: #0b5cad; --heat: #0b5cad; --heat-ground: #f3f5f8; --frame: #1b1f24; --mark: #bf4a00;
  --curve-1: #0068a8; --curve-2: #bf4a00; --curve-3: #00785c; --curve-4: #a23d7a; --curve-5: #5f6368;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "Cascadia Code", Menlo, Consolas, "Liberation Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --text: #e4e7eb; --quiet: #9aa3ad; --rule: #3f464f; --grid: #262b31; --tint: #1c2026;
    --link: #7cbcff; --heat: #6cb6ff; --heat-ground: #1c2129; --frame: #eef1f4; --mark: #ff9d57;
    --curve-1: #5cb8f0; --curve-2: #ff9d57; --curve-3: #45cf9f; --curve-4: #ec9fcb; --curve-5: #b4b9bf;
  }
}
@media print { :root { color-scheme: light; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 var(--sans); }
main { max-width: 58rem; margin: 0 auto; padding: 3rem 1.5rem 5rem; }
h1, h2 { font-weight: 650; line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: 2.125rem; margin: 0; }
h2 { font-size: 1.375rem; margin: 0 0 0.6rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.35rem; }
.subtitle { margin: 0.5rem 0 0; color: var(--quiet); font-size: 1.125rem; max-width: 46rem; overflow-wrap: anywhere; }
nav { margin-top: 1.1rem; font-size: 0.9375rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
a { color: var(--link); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
section { margin-top: 2.5rem; padding-top: 1.75rem; border-top: 1px solid var(--rule); }
section > :last-child { margin-bottom: 0; }
.explanation, .caption, .marked, .nothing { max-width: 46rem; margin: 0 0 1rem; }
.explanation { color: var(--quiet); }
.nothing { color: var(--quiet); font-style: italic; }
.scroll + .nothing { margin-top: 0.75rem; }
.caption { font-size: 1.0625rem; margin: 1.25rem 0 0; }
figure { margin: 0; }
.scroll { overflow-x: auto; max-width: 100%; }
svg { display: block; font-family: var(--sans); font-variant-numeric: tabular-nums; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }

.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1.4rem 1.5rem; margin: 0; }
.figures dt, .commands dt { color: var(--quiet); font-size: 0.875rem; }
.figures dd { margin: 0; font-size: 1.75rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.015em; }
.figures dd.long { font-size: 1.125rem; line-height: 1.4; letter-spacing: 0; overflow-wrap: anywhere; }
.figures dd.note, .commands dd.note { font-size: 0.8125rem; line-height: 1.4; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
.commands { margin: 1.6rem 0 0; display: grid; gap: 0.9rem; }
.commands dd { margin: 0; }
code { display: block; font: 0.875rem/1.5 var(--mono); background: var(--tint); padding: 0.5rem 0.75rem; border-radius: 5px; white-space: pre-wrap; overflow-wrap: anywhere; }

.chart { position: relative; }
.picture svg { width: 100%; height: auto; font-size: 13px; }
.picture.narrow { display: none; max-width: 34rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; list-style: none; margin: 0 0 0.4rem; padding: 0; font-size: 0.9375rem; }
.legend li { display: flex; align-items: center; gap: 0.5rem; }
.swatch { width: 1.75rem; border-top: 2.5px var(--border) var(--color); flex: none; }
.swatch.faint { border-top-width: 1.5px; opacity: 0.5; }
.swatch.points { border: 0; width: auto; color: var(--color); line-height: 1; }
.readout { min-height: 1.5em; margin: 0.1rem 0 0; font-size: 0.875rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.readout:empty { visibility: hidden; }
.readout b { color: var(--text); font-weight: 600; }
.readout span { margin-right: 1.1rem; white-space: nowrap; }
.picture[tabindex] { cursor: crosshair; touch-action: pan-y; }
.facts { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; margin-top: 0.5rem; }
.facts caption { text-align: left; color: var(--quiet); padding-bottom: 0.2rem; white-space: nowrap; }
.facts th, .facts td { text-align: left; font-weight: 400; padding: 0.3rem 1.75rem 0.3rem 0; border-bottom: 1px solid var(--grid); white-space: nowrap; }
.facts thead th, .facts small { color: var(--quiet); font-size: 0.8125rem; }

.choices { border: 0; margin: 0 0 0.9rem; padding: 0; min-width: 0; }
.choices legend { padding: 0; font-size: 0.875rem; color: var(--quiet); margin-bottom: 0.3rem; }
.choices div { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.choices input { position: absolute; opacity: 0; width: 1px; height: 1px; }
.choices label { border: 1px solid var(--rule); border-radius: 5px; padding: 0.25rem 0.7rem; font-size: 0.9375rem; cursor: pointer; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.choices label:hover { background: var(--tint); }
.choices input:checked + label { background: var(--text); border-color: var(--text); color: var(--page); }
.choices input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 2px; }
.count { opacity: 0.7; font-variant-numeric: tabular-nums; }

.translations { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 0 2.5rem; }
.translations li { border-top: 1px solid var(--grid); padding: 0.8rem 0; break-inside: avoid; }
.translations dl { margin: 0.15rem 0 0; display: grid; gap: 0.1rem; }
.translations dl div { display: grid; grid-template-columns: 5.25rem minmax(0, 1fr); gap: 0.5rem; align-items: baseline; }
.translations dt { color: var(--quiet); font-size: 0.8125rem; overflow-wrap: anywhere; }
.translations dd { margin: 0; overflow-wrap: anywhere; }
.translations dl div:last-child dd { font-weight: 600; }
.verdict { font-size: 0.8125rem; font-weight: 600; }
.right .verdict { color: var(--curve-3); }
.wrong .verdict { color: var(--mark); }
del { text-decoration: line-through; text-decoration-thickness: 1.5px; color: var(--quiet); }
ins { text-decoration: underline 2px; text-underline-offset: 0.2em; color: var(--mark); }

.map svg { max-width: none; }
.alignment svg { width: 100%; height: auto; }
.alignment .scroll { padding: 0.25rem 0; }
.marked { margin-top: 0.35rem; }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1.5rem 2.5rem; }
.map { min-width: 0; break-inside: avoid; }
.map.long { grid-column: 1 / -1; }
.map figcaption { font-size: 0.9375rem; font-weight: 600; }
.scale { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.5rem; font-size: 0.875rem; color: var(--quiet); margin: 0 0 1rem; }
.ramp { width: 8rem; height: 0.8rem; background: linear-gradient(to right, transparent, var(--heat)), var(--heat-ground); print-color-adjust: exact; }
.scale .frame { width: 0.9rem; height: 0.9rem; border: 2px solid var(--frame); margin-left: 0.9rem; }
.scale .frame.accent { border-color: var(--mark); }
details { margin-top: 1.5rem; }
summary { cursor: pointer; color: var(--link); }
#tip { position: fixed; z-index: 1; pointer-events: none; background: var(--text); color: var(--page); font-size: 0.875rem; line-height: 1.35; padding: 0.25rem 0.55rem; border-radius: 4px; max-width: 18rem; }
#tip[hidden] { display: none; }

@media (max-width: 45rem) {
  main { padding: 1.75rem 1rem 3rem; }
  h1 { font-size: 1.75rem; }
  h2 { font-size: 1.3125rem; }
  .picture.wide { display: none; }
  .picture.narrow { display: block; }
  .figures { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1.1rem 1rem; }
  .figures dd { font-size: 1.4375rem; }
  .facts th, .facts td { padding-right: 0.9rem; vertical-align: baseline; }
  .facts tbody th { white-space: normal; }
  .facts small { display: block; }
}
@media print {
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  nav, .choices, .readout { display: none; }
  figure, .figures > div, .facts { break-inside: avoid; }
  h2, h3, .explanation, .caption, .legend, .scale { break-after: avoid; }
  .explanation { break-inside: avoid; }
  .facts small { display: inline; }
  .maps { grid-template-columns: 1fr 1fr; gap: 1rem; }
  .map svg { max-width: 100%; height: auto; }
  details:not([open]) { display: none; }
  .picture.wide { display: block; }
  .picture.narrow { display: none; }
  .scroll { overflow: visible; }
}
`;
