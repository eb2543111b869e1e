/**
 * Colours after Okabe and Ito (2008), told apart with any colour vision; the dark set is lighter. Lines that are
 * text too (`--t`) keep a contrast of 4.5 to the ground.
 */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f7f9;--ink:#1a1d21;--soft:#59626c;--rule:#dfe3e8;--good:#00664a;--bad:#b03a00;
--c1:#0072b2;--c2:#e69f00;--c3:#009e73;--c4:#cc79a7;--c5:#d55e00;--c6:#56b4e9;--c7:#8a7a2a;--c8:#8b949e;
--t1:#00619a;--t2:#8a5d00;--t3:#00704f;--t4:#a34a7b;--t5:#b04c00;--t6:#1f74a8;--t7:#6f6120;--t8:#59626c}
@media(prefers-color-scheme:dark){:root{--ground:#14171a;--raised:#1d2125;--ink:#e8eaed;--soft:#a2abb5;--rule:#343a41;--good:#4fd1a1;--bad:#ff9a5c;
--c1:#4ba3de;--c2:#f0b429;--c3:#2fbf94;--c4:#dd93bb;--c5:#f07f35;--c6:#8ccbf2;--c7:#c2b04f;--c8:#7d8690;
--t1:#6cb6ea;--t2:#f0b429;--t3:#45cba3;--t4:#e3a3c5;--t5:#f78f4d;--t6:#8ccbf2;--t7:#c9b85c;--t8:#a2abb5}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1240px;margin:0 auto;padding:28px 24px 60px}
h1{font-size:1.65rem;line-height:1.2;margin:0 0 4px}
h2{font-size:1.15rem;margin:40px 0 12px;padding-top:14px;border-top:1px solid var(--rule)}
h3{font-size:.95rem;margin:0 0 2px;font-weight:600}
p{margin:0 0 8px}.soft{color:var(--soft)}.gap{margin:24px 0 8px}.small{font-size:.85rem}
.verdict{font-weight:600}.met{color:var(--good)}.missed{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:12px;margin:16px 0 0;padding:0;list-style:none}
.tiles li{background:var(--raised);border-radius:8px;padding:12px 14px;border-left:4px solid var(--rule)}
.tiles li.met{border-color:var(--good);color:inherit}.tiles li.missed{border-color:var(--bad);color:inherit}
.tiles .value{font-size:1.5rem;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}.tiles .value small{font-size:.9rem;font-weight:400;color:var(--soft)}
.tiles .name{font-size:.85rem;color:var(--soft);overflow-wrap:anywhere}.tiles .goal{font-size:.85rem}
.tiles .goal b{font-weight:600}.met b{color:var(--good)}.missed b{color:var(--bad)}
.plots{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:28px 32px}
.plots.small{grid-template-columns:repeat(3,minmax(0,1fr))}
figure{margin:0;min-width:0}figcaption{margin-bottom:6px}
svg{display:block;width:100%;height:auto;overflow:visible;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin:0 0 4px;padding:0;list-style:none;font-size:.82rem;color:var(--soft)}
.legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:5px;vertical-align:-1px}
.legend i.stroke{height:3px;vertical-align:4px;width:16px}
.legend i.dashes{height:0;background:none!important;border-top:3px dashed;width:18px;vertical-align:4px;border-radius:0}
.grid{stroke:var(--rule);stroke-width:1;fill:none}.axis{stroke:var(--soft);stroke-width:1;fill:none;opacity:.7}
.mark{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:2 4;fill:none;opacity:.75}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}.dashed{stroke-dasharray:6 4;stroke-linecap:butt}
.area{opacity:.88;stroke:var(--ground);stroke-width:.6}
.tick,.unit{fill:var(--soft);font-variant-numeric:tabular-nums}.label{fill:var(--ink)}.middle{text-anchor:middle}.end{text-anchor:end}
.box{opacity:.92}.boxed{fill:#14171a;font-size:11px}
${[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `.c${n}{stroke:var(--c${n})}.f${n}{fill:var(--c${n});background:var(--c${n})}.b${n}{color:var(--c${n})}.t${n}{fill:var(--t${n})}`).join('')}
details{margin-top:6px;font-size:.85rem}summary{cursor:pointer;color:var(--soft);padding:2px 0}
summary:focus-visible{outline:2px solid var(--c1);outline-offset:2px}
.scroll{overflow-x:auto;max-height:420px;overflow-y:auto;border:1px solid var(--rule);border-radius:6px}
.scroll.free{max-height:none}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.85rem}
th,td{padding:4px 9px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th:first-child,td:first-child{text-align:left}thead th{position:sticky;top:0;background:var(--raised);font-weight:600}
tbody tr:last-child>*{border-bottom:0}tbody th{font-weight:400}td.long{text-align:left;font-family:ui-monospace,monospace;font-size:.8rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 16px;margin:0;align-content:start}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:28px}.pair>*{min-width:0}
@media(max-width:900px){.plots,.plots.small,.pair{grid-template-columns:minmax(0,1fr)}figure svg{max-width:760px}}
@media(max-width:900px) and (min-width:600px){.plots.small{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media(max-width:520px){main{padding:18px 14px 40px}.wide{display:none}.narrow{display:block}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.tiles .value{font-size:1.2rem}}
@media print{details{display:none}}
`;
