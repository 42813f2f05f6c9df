// What the panel lists about a flag or hot spot, a segment, and any stretch.
import type { Hotspot, Placed, Segment } from './api';
import type { Snapshot } from './data';
import { windowWeeks } from './days';
import { el } from './dom';
import type { Evidence } from './evidence';
import { weekly } from './grid';
import type { Stretch } from './line';
import type { Fact } from './port';
import { duration } from './sentence';
import { date, number, pair, said, share, t } from './words';

// Shown is what the panel shows: a stretch, and the record it is the stretch of.
export interface Shown { stretch: Stretch; hotspot: Placed<Hotspot> | null; segment: Placed<Segment> | undefined }

export function hotspotFacts(s: Snapshot, h: Placed<Hotspot>, bounds: Node): Fact[] {
  const caveats = s.sources.filter((x) => (h.agencies.includes(x.id) || h.agencies.includes(x.agency)) && x.caveat).map((x) => pair(x.agency, x.caveat ?? ''));
  return [
    [t('level'), `${said(h.level)}, ${said(h.label)}`],
    [t('observed'), el('span', {}, `${number(h.observed)} ${said(h.unit)}`, bounds)],
    [t('expected'), number(h.expected)],
    [t('ratio'), t('ratioBounds', { ratio: number(h.ratio), low: number(h.ratio_low), high: number(h.ratio_high) })],
    [t('score'), number(h.score)],
    [t('byChance'), h.recurrence_days ? t('byChanceIs', { time: duration(h.recurrence_days) }) : ''],
    [t('unguardedShare'), h.unguarded_share === undefined ? '' : t('ofWindow', { share: share(h.unguarded_share) }) + (h.unknown_share ? `, ${t('ofWhich', { share: share(h.unknown_share) })}` : '')],
    [t('completeness'), share(h.completeness)],
    [t('first'), date(h.first_seen)],
    [t('direction'), said(h.direction)],
    [t('sources'), h.agencies.join(', ')],
    [t('caveat'), caveats.join(' ')],
    [t('marking'), marking(h)],
  ];
}

export const marking = (h: Hotspot) => `TLP:${h.tlp}${h.releasable_to?.length ? ` REL ${h.releasable_to.join(', ')}` : ''}`;

export function segmentFacts(s: Snapshot, x: Segment, bounds: Node): Fact[] {
  return [
    [t('level'), x.level ? said(x.level) : t('none')],
    [t('sideCA'), x.admin_ca ?? ''], [t('sideUS'), x.admin_us ?? ''],
    [t('observed'), el('span', {}, `${number(x.observed)} ${said(s.unit)}`, bounds)],
    [t('expected'), number(x.expected)],
    [t('completeness'), x.completeness ? share(x.completeness) : t('silent')],
    [t('guard'), t(x.guarded === null ? 'unknown' : x.guarded ? 'guarded' : 'unguarded')],
    [t('unguardedShare'), x.unguarded_share === null ? '' : t('ofWindow', { share: share(x.unguarded_share) })],
  ];
}

// stretchFacts compare the window with the weeks that the strip shows before it. bounds
// is given where nothing else says what was counted.
export function stretchFacts(s: Snapshot, stretch: Stretch, window: number, bounds: Node | null): Fact[] {
  const { counts } = weekly(s.grid, s.line, stretch), last = Math.ceil(window / 7);
  const mean = (list: (number | null)[]) => {
    const known = list.filter((n): n is number => n !== null);
    return known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0) / list.length;
  };
  const now = mean(counts.slice(-last)), before = mean(counts.slice(0, counts.length - windowWeeks));
  const sum = counts.slice(-last).reduce<number | null>((all, n) => (n === null ? all : (all ?? 0) + n), null);
  return [
    ...(bounds ? [[t('length'), `${number(stretch.to - stretch.from)} km`], [t('observed'), el('span', {}, sum === null ? t('noReport') : `${number(sum)} ${t(s.unit)}`, bounds)]] as Fact[] : []),
    [t('plain'), now === null || before === null ? '' : t('plainIs', { now: number(now), before: number(before), days: last * 7, n: counts.length - windowWeeks })],
  ];
}

// range are the bounds of what was counted, where overlapping reports leave any.
export function range(found: Evidence): string {
  if (found.reported === 0) return ` (${t('noReport')})`;
  return found.upper - found.lower > 0.5 ? ` (${t('bounds', { low: number(found.lower), high: number(found.upper) })})` : '';
}
