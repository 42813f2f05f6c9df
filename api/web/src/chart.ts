// Counts of a stretch by week, with the window of detection, in days, shaded.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Snapshot } from './data';
import { monday } from './days';
import { el } from './dom';
import { weekly } from './grid';
import type { Stretch } from './line';
import { ink, shade } from './palette';
import { kms, spoken, t } from './words';

export function chart(s: Snapshot, stretch: Stretch, width: number, window: number): HTMLElement {
  const title = t('chart', { unit: t(s.unit), stretch: kms(stretch) });
  const counts = weekly(s.grid, s.line, stretch), weeks = counts.map((_, i) => monday(s.grid.first + i) * 86_400);
  const holder = el('div', { class: 'chart', role: 'img', 'aria-label': title });
  const months = new Intl.DateTimeFormat(spoken() === 'fr' ? 'fr-CA' : 'en-GB', { month: 'short', year: '2-digit', timeZone: 'UTC' });
  const bars = uPlot.paths.bars?.({ size: [0.8, 20] });
  new uPlot({
    width, height: 150, legend: { show: false }, cursor: { show: false }, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { stroke: ink, grid: { show: false }, size: 26, space: 60, values: (_, at) => at.map((x) => months.format(new Date(x * 1000))), font: '11px system-ui, sans-serif' },
      { stroke: ink, grid: { stroke: '#e3e6ea' }, size: 40, font: '11px system-ui, sans-serif' },
    ],
    series: [{}, { fill: shade(0.6), stroke: shade(0.6), width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) }],
    hooks: {
      drawClear: [(u) => {
        const from = u.valToPos(monday(s.grid.first + s.grid.weeks - Math.ceil(window / 7)) * 86_400, 'x', true);
        u.ctx.fillStyle = '#fdf1d6';
        u.ctx.fillRect(from, u.bbox.top, u.bbox.left + u.bbox.width - from, u.bbox.height);
      }],
    },
  }, [weeks, counts], holder);
  return el('figure', {}, holder, el('figcaption', {}, title));
}
