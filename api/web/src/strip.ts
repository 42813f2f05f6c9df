// The strip: the whole frontier as a ribbon. From left to right it follows the map,
// west to east; from top to bottom it goes back in time, week by week, over the
// window of detection and the two years that the window is compared with. Above it
// three lanes say, for the chosen day, what is raised, who reports, what is guarded.
import type { Hotspot, Placed } from './api';
import type { Snapshot } from './data';
import { dayText, monday, windowWeeks } from './days';
import { cell } from './grid';
import { drawFlag, drawHatch } from './icons';
import { parseBrush, stretchOf, type Stretch } from './line';
import { accent, guardedColour, ink, look, paper, quiet, root, shade } from './palette';
import type { Level, State } from './state';
import { date, t } from './words';

export const lane = 14, lanes = 3, top = 22, foot = 34;
export const ribbonTop = top + lanes * lane + 4;

const faint = { ground: '#eef1f4', line: '#b9c3cd' };

export interface Frame { left: number; right: number; width: number; height: number; week: number; from: number; to: number } // pixels; kilometres of the strip

// frame is how the strip lies in a width: gutters for words, and which part of the
// frontier is shown.
export function frame(s: Snapshot, state: State, width: number): Frame {
  const brush = state.zoom === 'brush' ? parseBrush(state.brush) : null;
  const [from, to] = brush ? s.line.span(brush) : [0, s.line.length];
  const narrow = width < 640, tall = innerHeight > 1000 ? 252 : 168;
  return { left: narrow ? 46 : 74, right: narrow ? 34 : 96, width, height: ribbonTop + tall + foot, week: tall / Math.max(1, s.grid.weeks), from, to };
}

export const px = (f: Frame, x: number) => f.left + ((x - f.from) / (f.to - f.from)) * (f.width - f.left - f.right);
export const kmAt = (f: Frame, pixel: number) => f.from + ((pixel - f.left) / (f.width - f.left - f.right)) * (f.to - f.from);

// paint draws all of the strip that does not move with the pointer.
export function paint(c: CanvasRenderingContext2D, f: Frame, s: Snapshot, state: State, flags: Placed<Hotspot>[], seen: boolean[]): void {
  c.fillStyle = paper;
  c.fillRect(0, 0, f.width, f.height);
  ribbon(c, f, s);
  paintLanes(c, f, s);
  paintSeen(c, f, s, seen);
  weekLabels(c, f, s);
  brackets(c, f, s, state);
  kilometres(c, f, s);
  regions(c, f, s);
  const brush = parseBrush(state.brush);
  if (brush && state.zoom !== 'brush') box(c, f, s, brush);
  for (const [x, level] of marks(f, s, flags)) drawFlag(c, level, x, top + lane / 2, 6.5);
}

// marks are where flags are drawn, the strongest last. Where many would lie at
// one place, only the strongest is.
function marks(f: Frame, s: Snapshot, flags: Placed<Hotspot>[]): [number, Level][] {
  const strongest = new Map<number, Placed<Hotspot>>();
  for (const flag of flags) {
    const [a, b] = s.line.span(stretchOf(flag)), x = Math.round(px(f, (a + b) / 2)), other = strongest.get(x);
    if (x >= f.left && x <= f.width - f.right && (!other || other.score < flag.score)) strongest.set(x, flag);
  }
  return [...strongest].sort((a, b) => a[1].score - b[1].score).map(([x, flag]) => [x, flag.level]);
}

// ribbon draws the cells pixel by pixel. Where a pixel covers many cells, the
// highest is shown: a peak must not vanish because the window is narrow.
function ribbon(c: CanvasRenderingContext2D, f: Frame, s: Snapshot): void {
  const { grid: g, line } = s, columns = Math.max(1, Math.round(f.width - f.left - f.right));
  const picture = new ImageData(columns, g.weeks), out = new Uint32Array(picture.data.buffer);
  const shades = Array.from({ length: 6 }, (_, i) => packed(shade(i / 5)));
  const nothing = 0, still = packed('#eef1f4'), zero = packed(paper), gap = packed(paper); // nothing: the hatch below is seen
  for (let x = 0; x < columns; x++) {
    const a = line.at(kmAt(f, f.left + x + 0.02)), b = line.at(kmAt(f, f.left + x + 0.98));
    for (let row = 0; row < g.weeks; row++) {
      const week = g.weeks - 1 - row;
      let count = -1, known = false;
      for (let i = Math.min(a, b); i <= Math.max(a, b) && i >= 0; i++) {
        const c = cell(g, i, week);
        known ||= c.known;
        count = Math.max(count, c.count ?? -1);
      }
      out[row * columns + x] = a < 0 || b < 0 ? gap : count < 0 ? (known ? still : nothing) : count === 0 ? zero : (shades[Math.min(5, Math.floor(root(count, g.most) * 6))] ?? zero);
    }
  }
  const buffer = document.createElement('canvas');
  buffer.width = columns;
  buffer.height = g.weeks;
  buffer.getContext('2d')?.putImageData(picture, 0, 0);
  const [left, right] = [px(f, Math.max(f.from, 0)), px(f, Math.min(f.to, s.line.length))];
  drawHatch(c, left, ribbonTop, right - left, g.weeks * f.week, faint);
  c.imageSmoothingEnabled = false;
  c.drawImage(buffer, f.left, ribbonTop, columns, g.weeks * f.week);
}

function packed(colour: string): number {
  const n = Number.parseInt(colour === paper ? 'ffffff' : colour.slice(1), 16);
  return (0xff << 24 | (n & 0xff) << 16 | (n & 0xff00) | n >> 16) >>> 0;
}

function paintLanes(c: CanvasRenderingContext2D, f: Frame, s: Snapshot): void {
  (['level', 'completeness', 'guard'] as const).forEach((layer, i) => {
    const y = top + i * lane;
    s.segments.forEach((segment, at) => {
      const cut = s.line.cuts[at];
      if (!cut) return;
      const [a, b] = s.line.span(cut), x = Math.round(Math.max(f.left, px(f, a))), width = Math.round(Math.min(f.width - f.right, px(f, b))) - x;
      if (width <= 0) return;
      const l = look(layer, segment, 0);
      if (l.hatch) return drawHatch(c, x, y + 2, width, lane - 4);
      const height = layer === 'completeness' ? lane - 4 : Math.min(lane - 2, l.width + 1);
      c.fillStyle = l.colour;
      c.fillRect(x, y + (lane - height) / 2, width, height);
      if (layer === 'guard' && segment.guarded === false && segment.unguarded_share !== null) {
        // Of the window: the part that was guarded, from below.
        c.fillStyle = guardedColour;
        const part = (1 - segment.unguarded_share) * (lane - 3);
        c.fillRect(x, y + lane - 1 - part, Math.max(2, width), part);
      }
    });
    c.fillStyle = ink;
    c.font = '11px system-ui, sans-serif';
    c.textAlign = 'right';
    c.textBaseline = 'middle';
    c.fillText(t(layer), f.left - 6, y + lane / 2 + 0.5, f.left - 8);
  });
}

function paintSeen(c: CanvasRenderingContext2D, f: Frame, s: Snapshot, seen: boolean[]): void {
  if (seen.every(Boolean)) return;
  c.fillStyle = accent;
  s.line.cuts.forEach((cut, i) => {
    if (!seen[i]) return;
    const [a, b] = s.line.span(cut), x = Math.max(f.left, px(f, a));
    c.fillRect(x, top - 9, Math.max(0, Math.min(f.width - f.right, px(f, b)) - x + 0.5), 3);
  });
  c.textAlign = 'right';
  c.font = '10px system-ui, sans-serif';
  c.textBaseline = 'middle';
  c.fillText(t('inView'), f.left - 6, top - 7, f.left - 8);
}

function weekLabels(c: CanvasRenderingContext2D, f: Frame, s: Snapshot): void {
  c.font = '11px system-ui, sans-serif';
  c.textAlign = 'right';
  c.textBaseline = 'middle';
  let last = '';
  for (let row = 0; row < s.grid.weeks; row++) {
    const day = dayText(monday(s.grid.first + s.grid.weeks - 1 - row));
    const quarter = day.slice(0, 4) + Math.floor((Number(day.slice(5, 7)) - 1) / 3);
    if (quarter !== last && last !== '') {
      const y = ribbonTop + row * f.week;
      c.fillStyle = 'rgba(22,39,58,.14)';
      c.fillRect(f.left, y, f.width - f.left - f.right, 0.6);
      c.fillStyle = ink;
      if (y > ribbonTop + 14) c.fillText(date(dayText(monday(s.grid.first + s.grid.weeks - row))).replace(/^\d+ /, ''), f.left - 6, y, f.left - 8);
    }
    last = quarter;
  }
  c.fillStyle = ink;
  c.font = 'bold 11px system-ui, sans-serif';
  c.fillText(date(s.day).replace(/ \d{4}$/, ''), f.left - 6, ribbonTop + 6, f.left - 8);
}

// windowWeeksOf is how long the longest window is that is looked at.
export const windowWeeksOf = (state: State) => Number(state.window || windowWeeks * 7) / 7;

// brackets show the window and what is shown before it beside the weeks.
function brackets(c: CanvasRenderingContext2D, f: Frame, s: Snapshot, state: State): void {
  const x = f.width - f.right + 6, split = ribbonTop + windowWeeksOf(state) * f.week, end = ribbonTop + s.grid.weeks * f.week;
  c.strokeStyle = ink;
  c.fillStyle = ink;
  c.lineWidth = 1.2;
  c.font = '11px system-ui, sans-serif';
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  const texts = [[t('windowShort'), t('nDays', { n: state.window || '56' })], [t('beforeShort'), t('nWeeks', { n: state.base })]];
  for (const [i, [from, to]] of [[ribbonTop + 1, split - 1], [ribbonTop + windowWeeks * f.week + 1, end]].entries()) {
    if (from === undefined || to === undefined) continue;
    c.beginPath();
    c.moveTo(x, from);
    c.lineTo(x + 5, from);
    c.lineTo(x + 5, to);
    c.lineTo(x, to);
    c.stroke();
    if (f.right < 80) continue;
    const y = i === 0 ? ribbonTop + 6 : Math.max((from + to) / 2, ribbonTop + 50) - 6;
    texts[i]?.forEach((text, line) => c.fillText(text, x + 18, y + line * 12, f.right - 26));
  }
  c.fillStyle = accent;
  c.fillRect(f.left, split - 0.5, f.width - f.left - f.right, 1);
}

function kilometres(c: CanvasRenderingContext2D, f: Frame, s: Snapshot): void {
  const wide = (f.to - f.from) / ((f.width - f.left - f.right) / 70);
  const every = [10, 20, 50, 100, 200, 500, 1000, 2000].find((n) => n >= wide) ?? 2000, y = ribbonTop + s.grid.weeks * f.week;
  c.fillStyle = ink;
  c.font = '11px system-ui, sans-serif';
  c.textAlign = 'center';
  c.textBaseline = 'top';
  for (const part of ['alaska', 'main'] as const) {
    for (let km = 0; km <= s.line.end(part); km += every) {
      const x = px(f, s.line.x(part, km));
      if (x < f.left - 1 || x > f.width - f.right + 1) continue;
      c.fillRect(x - 0.5, y, 1, 4);
      c.fillText(String(km), x, y + 5);
    }
  }
  c.textAlign = 'right';
  c.fillText('km', f.left - 6, y + 5);
}

// regions names the provinces below the stretches that border on them.
function regions(c: CanvasRenderingContext2D, f: Frame, s: Snapshot): void {
  const y = ribbonTop + s.grid.weeks * f.week + 19;
  let begin = 0;
  c.textAlign = 'center';
  c.font = '11px system-ui, sans-serif';
  s.line.cuts.forEach((cut, i) => {
    const after = s.line.cuts[i + 1], first = s.line.cuts[begin];
    if (after && after.admin_ca === cut.admin_ca && after.part === cut.part) return;
    begin = i + 1;
    if (!first) return;
    const ends = [px(f, s.line.span(first)[0]), px(f, s.line.span(first)[1]), px(f, s.line.span(cut)[0]), px(f, s.line.span(cut)[1])];
    const left = Math.max(f.left, Math.min(...ends)), right = Math.min(f.width - f.right, Math.max(...ends));
    if (right - left < 18) return;
    c.fillStyle = quiet;
    c.fillRect(left + 1, y, right - left - 2, 1);
    c.fillStyle = ink;
    c.fillText(cut.admin_ca, (left + right) / 2, y + 2);
  });
}

export function box(c: CanvasRenderingContext2D, f: Frame, s: Snapshot, stretch: Stretch): void {
  const [a, b] = s.line.span(stretch), x = Math.max(f.left, px(f, a)), width = Math.min(f.width - f.right, px(f, b)) - x;
  if (width <= 0) return;
  c.fillStyle = 'rgba(11,87,164,.16)';
  c.strokeStyle = accent;
  c.lineWidth = 1.5;
  c.fillRect(x, top, width, ribbonTop - top + s.grid.weeks * f.week);
  c.strokeRect(x, top, width, ribbonTop - top + s.grid.weeks * f.week);
}
