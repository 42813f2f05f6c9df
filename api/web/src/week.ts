// The hours of a week as a picture of seven days by 24 hours, with the same in words
// for those who do not see it.
import { el, picture } from './dom';
import { drawHatch } from './icons';
import { guardedColour, ink, oranges, paper } from './palette';
import { both, spoken, t } from './words';

export type Kind = 'open' | 'unguarded';

// Weekly is a week: 168 shares from Monday 00:00 on, null where it is not known, and
// which hour of it is the one asked for, −1: none.
export interface Weekly { title: string; kind: Kind; shares: (number | null)[]; now: number; also?: string }

const wide = 8, high = 10, left = 24, top = 2, foot = 14;

// colour of a share: for ports dark is open; of the frontier dark orange is unguarded.
export function colour(kind: Kind, share: number): string {
  if (kind === 'open') return share === 0 ? paper : share < 1 ? '#9db4cb' : guardedColour;
  return share === 0 ? guardedColour : (oranges[Math.min(oranges.length - 1, Math.floor(share * oranges.length))] ?? ink);
}

export function weekly(w: Weekly): HTMLElement {
  const canvas = picture(left + 24 * wide + 10, top + 7 * high + foot, (c) => {
    w.shares.forEach((share, i) => {
      const x = left + (i % 24) * wide, y = top + Math.floor(i / 24) * high;
      if (share === null) drawHatch(c, x, y, wide, high);
      else {
        c.fillStyle = colour(w.kind, share);
        c.fillRect(x, y, wide, high);
      }
      c.strokeStyle = '#c3ccd5';
      c.lineWidth = 0.5;
      c.strokeRect(x + 0.25, y + 0.25, wide, high);
    });
    words(c);
    if (w.now < 0) return;
    for (const [style, width] of [[paper, 4], [ink, 1.5]] as const) {
      c.strokeStyle = style;
      c.lineWidth = width;
      c.strokeRect(left + (w.now % 24) * wide, top + Math.floor(w.now / 24) * high, wide, high);
    }
  });
  const said = [w.title, inWords(w), w.also].filter(Boolean).join('. ');
  return el('figure', { class: 'week' }, el('figcaption', {}, w.title), el('div', { role: 'img', 'aria-label': said, title: said }, canvas), el('p', {}, inWords(w), w.also ? ` ${w.also}` : ''));
}

function words(c: CanvasRenderingContext2D): void {
  c.fillStyle = ink;
  c.font = '9px system-ui, sans-serif';
  c.textBaseline = 'middle';
  c.textAlign = 'right';
  for (let d = 0; d < 7; d++) c.fillText(dayName(d), left - 3, top + d * high + high / 2, left - 3);
  c.textBaseline = 'top';
  c.textAlign = 'center';
  for (const h of [0, 6, 12, 18, 24]) c.fillText(String(h), left + h * wide, top + 7 * high + 3);
}

// dayName is the short name of a day, 0 is Monday.
export const dayName = (day: number) =>
  new Intl.DateTimeFormat(spoken() === 'fr' ? 'fr-CA' : 'en-GB', { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + day))).replace('.', '');

// inWords says when it is open, or unguarded for more than half, day by day and
// days that are alike together: "Mon–Fri 9–17".
export function inWords(w: Pick<Weekly, 'kind' | 'shares'>): string {
  if (w.shares.every((x) => x === null)) return t('unknown');
  if (w.kind === 'open' && w.shares.every((x) => x === 1)) return '24/7';
  const days = Array.from({ length: 7 }, (_, d) => spans(w, w.shares.slice(d * 24, d * 24 + 24)));
  const groups: { from: number; to: number; text: string }[] = [];
  days.forEach((text, d) => {
    const last = groups.at(-1);
    if (last?.text === text) last.to = d;
    else groups.push({ from: d, to: d, text });
  });
  return both(...groups.map((g) => `${groups.length === 1 ? t('everyDay') : g.from === g.to ? dayName(g.from) : `${dayName(g.from)}–${dayName(g.to)}`} ${g.text}`));
}

function spans(w: Pick<Weekly, 'kind' | 'shares'>, day: (number | null)[]): string {
  if (day.every((x) => x === null)) return t('unknown');
  const is = (x: number | null | undefined) => x !== null && x !== undefined && (w.kind === 'open' ? x > 0 : x > 0.5);
  const found: string[] = [];
  for (let h = 0; h < 24; h++) {
    if (!is(day[h]) || (h > 0 && is(day[h - 1]))) continue;
    let end = h;
    while (end < 24 && is(day[end])) end++;
    found.push(h === 0 && end === 24 ? t('allDay') : `${h}–${end} h`);
  }
  if (found.length === 0) return t(w.kind === 'open' ? 'closed' : 'mostlyGuarded');
  return found.join(', ') + (day.includes(null) ? ` (${t('partUnknown')})` : '');
}

// hourOfWeek is the hour of the week that the clocks of a zone show at an instant, from
// Monday 00:00 on.
export function hourOfWeek(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const get = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(get('weekday')) * 24 + Number(get('hour'));
}
