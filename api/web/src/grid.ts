// Counts by segment and week, made from reports. A report over an interval or a
// stretch spreads its count evenly over its days and metres, as detection does.
// A cell without a report is not zero: it is a cell without a report.
import { parse } from './csv';
import { dayNumber, weekOf } from './days';
import type { Line, Part, Stretch } from './line';

export interface Row {
  from: number; // day
  to: number; // day, the last
  place: Stretch; // of no length where a point is known
  best: number;
  low: number;
  high: number;
  source: string;
  tlp: string;
}

export interface Grid {
  first: number; // week
  weeks: number;
  cuts: number;
  counts: Float32Array; // by week, then by cut
  heard: Uint8Array; // 1: a report covers this cell
  rows: Row[];
  most: number;
  more: boolean; // reports were left out, since there are too many
}

// read takes the reports of one unit that count as crossings between ports.
export function read(texts: string[], unit: string): Row[] {
  const all: Row[] = [];
  for (const text of texts) {
    parse(text, (field) => {
      const relation = field('relation');
      if (field('unit') !== unit || field('status') === 'rejected' || field('deleted') === 'true') return;
      if (relation !== 'between_ports' && relation !== 'unknown') return;
      const at = field('km'), from = field('km_from') || at, to = field('km_to') || at;
      if (from === '' || field('part') === '') return;
      const best = Number(field('count_best'));
      all.push({
        from: dayNumber(field('observed_start')), to: dayNumber(field('observed_end') || field('observed_start')),
        place: { part: field('part') as Part, from: Number(from), to: Number(to) }, best,
        low: Number(field('count_min') || best), high: Number(field('count_max') || best),
        source: field('source'), tlp: field('tlp'),
      });
    });
  }
  return all;
}

export function grid(line: Line, rows: Row[], first: number, weeks: number, more: boolean): Grid {
  const cuts = line.cuts.length;
  const counts = new Float32Array(weeks * cuts), heard = new Uint8Array(weeks * cuts);
  for (const r of rows) {
    const shares = sharesOf(line, r.place), days = r.to - r.from + 1;
    for (let day = Math.max(r.from, first * 7 - 3); day <= r.to; day++) {
      const week = weekOf(day) - first;
      if (week >= weeks) break;
      for (const [cut, share] of shares) {
        const cell = week * cuts + cut;
        counts[cell] = (counts[cell] ?? 0) + (r.best * share) / days;
        heard[cell] = 1;
      }
    }
  }
  let most = 0;
  for (const c of counts) if (c > most) most = c;
  return { first, weeks, cuts, counts, heard, rows, most, more };
}

// sharesOf says which cuts a place meets, and with which part of it.
function sharesOf(line: Line, place: Stretch): [number, number][] {
  const [a, b] = line.within(place);
  if (place.to <= place.from || a === b) return [[a, 1]];
  const all: [number, number][] = [];
  for (let i = a; i <= b; i++) {
    const cut = line.cuts[i];
    if (cut) all.push([i, (Math.min(cut.to, place.to) - Math.max(cut.from, place.from)) / (place.to - place.from)]);
  }
  return all;
}

// weekly are the counts of a stretch by week, null where no report covers any of it.
export function weekly(g: Grid, line: Line, s: Stretch): (number | null)[] {
  const [a, b] = line.within(s);
  return Array.from({ length: g.weeks }, (_, week) => {
    let sum = 0, any = false;
    for (let i = a; i <= b; i++) {
      sum += g.counts[week * g.cuts + i] ?? 0;
      any ||= g.heard[week * g.cuts + i] === 1;
    }
    return any ? sum : null;
  });
}

// bounds are the least and the most that the reports of a stretch say for the days
// from first to last, and who says it.
export function bounds(g: Grid, s: Stretch, first: number, last: number): { low: number; high: number; sources: string[] } {
  const sources = new Set<string>();
  let low = 0, high = 0;
  for (const r of g.rows) {
    const days = Math.min(r.to, last) - Math.max(r.from, first) + 1;
    const share = days > 0 ? overlap(r.place, s) * (days / (r.to - r.from + 1)) : 0;
    if (share <= 0) continue;
    low += r.low * share;
    high += r.high * share;
    sources.add(r.source);
  }
  return { low, high, sources: [...sources].sort() };
}

function overlap(place: Stretch, s: Stretch): number {
  if (place.part !== s.part) return 0;
  if (place.to <= place.from) return place.from >= s.from && place.from < s.to ? 1 : 0;
  return Math.max(0, Math.min(place.to, s.to) - Math.max(place.from, s.from)) / (place.to - place.from);
}
