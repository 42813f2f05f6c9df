// Counts of a stretch by week as bars, what was expected as a line, the band that
// such counts lie in where it is known, and the window of detection, in days, shaded.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Snapshot } from './data';
import { monday } from './days';
import { el } from './dom';
import type { Evidence } from './evidence';
import { weekly } from './grid';
import type { Stretch } from './line';
import { ink, level, shade } from './palette';
import { kms, spoken, t } from './words';

const font = '11px system-ui, sans-serif';

export function chart(s: Snapshot, stretch: Stretch, width: number, window: number, found: Evidence | null): HTMLElement {
  const title = t('chart', { unit: t(s.unit), stretch: kms(stretch) });
  const { counts, expected } = weekly(s.grid, s.line, stretch), weeks = counts.map((_, i) => monday(s.grid.first + i) * 86_400);
  const band = weeks.map((_, i) => found?.band?.[i] ?? { low: null, high: null });
  const holder = el('div', { class: 'chart', role: 'img', 'aria-label': title });
  const months = new Intl.DateTimeFormat(spoken() === 'fr' ? 'fr-CA' : 'en-GB', { month: 'short', year: '2-digit', timeZone: 'UTC' });
  const bars = uPlot.paths.bars?.({ size: [0.8, 20] }), points = { show: false };
  new uPlot({
    width, height: 150, legend: { show: false }, cursor: { show: false }, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { stroke: ink, grid: { show: false }, size: 26, space: 60, values: (_, at) => at.map((x) => months.format(new Date(x * 1000))), font },
      { stroke: ink, grid: { stroke: '#e3e6ea' }, size: 40, font },
    ],
    series: [
      {},
      { fill: shade(0.6), stroke: shade(0.6), width: 0, points, ...(bars ? { paths: bars } : {}) },
      { stroke: level.medium.colour, width: 1.5, points },
      { stroke: 'transparent', points },
      { stroke: 'transparent', points },
    ],
    bands: [{ series: [4, 3], fill: 'rgba(200, 80, 10, .2)' }],
    hooks: {
      drawClear: [(u) => {
        const from = u.valToPos(monday(s.grid.first + s.grid.weeks - Math.ceil(window / 7)) * 86_400, 'x', true);
        u.ctx.fillStyle = '#fdf1d6';
        u.ctx.fillRect(from, u.bbox.top, u.bbox.left + u.bbox.width - from, u.bbox.height);
      }],
    },
  }, [weeks, counts, expected, band.map((x) => x.low), band.map((x) => x.high)], holder);
  const key = [t('bars'), t('line'), ...(found?.band ? [t(found.joined ? 'bandOf' : 'band')] : [])].join('; ');
  return el('figure', {}, holder, el('figcaption', {}, `${title} (${key})`));
}
