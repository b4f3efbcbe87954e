#include "attacks/report/html_style.h"

namespace tacit::attacks::report {

std::string_view html_style() {
  return R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1c2430; --muted: #566172; --line: #dde2e9; --soft: #f0f3f7;
  --accent: #2563b0;
  --series-1: #2563b0; --series-2: #b45309; --series-3: #15803d;
  --series-4: #7c3aed; --series-5: #be123c; --series-6: #0f766e;
  --bad: #9f1239; --bad-soft: #fdecef; --warn: #8a4b08; --warn-soft: #fdf3e1; --good: #14653a; --good-soft: #e6f5ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151b; --card: #191f28; --ink: #e4e9f0; --muted: #9da9b8; --line: #303946; --soft: #202833;
    --accent: #84b6f4;
    --series-1: #84b6f4; --series-2: #f2a65a; --series-3: #72cf95;
    --series-4: #bfa3fb; --series-5: #fb8fa5; --series-6: #63cfc2;
    --bad: #ffa3b4; --bad-soft: #43202a; --warn: #f5c27c; --warn-soft: #3d2f19; --good: #8fdcaf; --good-soft: #1b3728;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
}
main, header, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
footer { padding-bottom: 2.5rem; color: var(--muted); font-size: .875rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .35rem; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .75rem; }
h3 { font-size: 1.02rem; margin: 1.75rem 0 .5rem; }
h1, h2, h3, h4, p, li, td, tbody th, dd, dt, figcaption, nav { overflow-wrap: anywhere; }
p { margin: .5rem 0; max-width: 75ch; }
a { color: var(--accent); }
.muted, .note, .source { color: var(--muted); }
.note, .source { display: block; font-size: .8125rem; font-weight: 400; }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.4rem 1.5rem; margin: 1.25rem 0;
}
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; padding: 0; margin: .9rem 0 0; }
nav { font-size: .9375rem; }
.verdict { font-size: 1.06rem; }
.findings { list-style: none; padding: 0; margin: 1rem 0 0; }
.findings li { padding: .55rem 0; border-top: 1px solid var(--line); max-width: 85ch; }
.badge {
  display: inline-block; font-size: .78rem; font-weight: 600; line-height: 1.35; padding: .1rem .5rem; border-radius: 99px;
  white-space: nowrap; margin-right: .4rem; background: var(--soft); color: var(--muted);
}
.badge.bad { background: var(--bad-soft); color: var(--bad); }
.badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.good { background: var(--good-soft); color: var(--good); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .9rem 1.25rem; margin: 1rem 0; }
.facts dt { font-size: .8125rem; color: var(--muted); }
.facts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; margin: 1rem 0; }
.chart { width: 100%; max-width: 34rem; height: auto; font-family: inherit; display: block; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; margin: .75rem 0; }
caption {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--line); }
thead th { font-size: .8125rem; font-weight: 600; color: var(--muted); vertical-align: bottom; border-bottom-width: 2px; }
tbody th { font-weight: 600; min-width: 9rem; }
td:not(.number) { min-width: 6.5rem; }
.scroll { overflow-x: auto; }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
tr.group th { background: var(--soft); font-size: .84rem; }
tr.baseline th, tr.baseline td { color: var(--muted); font-weight: 400; }
td:not(.number) .badge { margin: 0 0 .15rem; }
.rule { max-width: 100ch; margin-top: 1rem; }
.pictures { display: flex; flex-wrap: wrap; gap: .75rem 1rem; }
.pictures figure { margin: 0; width: 7rem; }
.pictures img {
  display: block; width: 6rem; height: 6rem; object-fit: contain; image-rendering: pixelated; background: var(--soft);
  border: 1px solid var(--line); border-radius: 4px;
}
.pictures .original img { outline: 2px solid var(--accent); outline-offset: 1px; }
.pictures figcaption { font-size: .78rem; line-height: 1.35; color: var(--muted); margin-top: .35rem; }
h4 { font-size: .9rem; margin: 1.1rem 0 .5rem; color: var(--muted); font-weight: 600; }
.reading { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .5rem 1.25rem; margin: 0; }
.reading dt { font-weight: 600; }
.reading dd { margin: 0; max-width: 75ch; }
details { margin: .75rem 0; }
summary { cursor: pointer; font-weight: 600; }
pre, code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; font-size: .8125rem; }
pre { background: var(--soft); padding: 1rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media screen and (max-width: 46rem) {
  main, header, footer { padding-left: .75rem; padding-right: .75rem; }
  section { padding: 1rem; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { border: 1px solid var(--line); border-radius: 8px; margin: .6rem 0; padding: .35rem .75rem; }
  tbody tr.group { border: 0; padding: 0; }
  tr.group th { border-radius: 6px; }
  tbody th, tbody td { border-bottom: 0; padding: .2rem 0; }
  tr.group th { padding: .35rem .6rem; }
  tbody td { display: flex; justify-content: space-between; gap: 1rem; text-align: right; white-space: normal; }
  tbody td::before {
    content: attr(data-label); flex: 0 0 auto; max-width: 55%; overflow-wrap: normal; color: var(--muted); text-align: left;
  }
  tr.baseline td.absent { display: none; }
  .pictures figure { width: 5.25rem; }
  .pictures img { width: 5rem; height: 5rem; }
  .pictures { gap: .75rem .6rem; }
  .reading { grid-template-columns: 1fr; gap: .1rem; }
  .reading dd { margin-bottom: .7rem; }
}
@media print {
  :root {
    --page: #fff; --card: #fff; --ink: #000; --muted: #444; --line: #bbb; --soft: #f3f3f3; --accent: #1d4f91;
    --series-1: #2563b0; --series-2: #b45309; --series-3: #15803d;
    --series-4: #7c3aed; --series-5: #be123c; --series-6: #0f766e;
    --bad: #9f1239; --bad-soft: #fdecef; --warn: #8a4b08; --warn-soft: #fdf3e1; --good: #14653a; --good-soft: #e6f5ec;
  }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, header, footer { max-width: none; padding: 0; }
  section { border: 0; border-radius: 0; padding: 0; margin: 0 0 1.5rem; }
  nav { display: none; }
  table { font-size: 8.5pt; }
  th, td { padding: .3rem .35rem; }
  tr, figure, .chart, .picture-row { break-inside: avoid; }
  h2, h3, h4, tr.group { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
)css";
}

}  // namespace tacit::attacks::report
