// The frontier as the strip sees it: west is left, as on the map. Alaska, measured
// from the Arctic to the Pacific, comes first; then a gap; then the mainline, which
// is measured from the Atlantic and so runs down from left to right.
import type { Placed, Segment } from './api';

export type Part = 'main' | 'alaska';
export interface Stretch { part: Part; from: number; to: number } // kilometres

export interface Cut extends Stretch {
  id: string;
  name: string;
  admin: string; // "MB/MN"
  admin_ca: string;
  middle: [number, number]; // longitude, latitude
  box: [number, number, number, number];
}

const gap = 60; // kilometres between the parts

export class Line {
  readonly cuts: Cut[];
  readonly length: number; // of the strip with its gap, kilometres
  readonly #index = new Map<string, number>();
  readonly #end: Record<Part, number> = { main: 0, alaska: 0 };
  readonly #first: Record<Part, number> = { main: 0, alaska: 0 };

  constructor(segments: Placed<Segment>[]) {
    this.cuts = segments.map(cut);
    this.cuts.forEach((c, i) => {
      this.#index.set(c.id, i);
      if (this.#end[c.part] === 0) this.#first[c.part] = i;
      this.#end[c.part] = Math.max(this.#end[c.part], c.to);
    });
    this.length = this.#end.alaska + gap + this.#end.main;
  }

  end(part: Part): number {
    return this.#end[part];
  }

  index(id: string): number {
    return this.#index.get(id) ?? -1;
  }

  // x is where a measure lies on the strip, kilometres from its left end.
  x(part: Part, km: number): number {
    return part === 'alaska' ? km : this.length - km;
  }

  // span is where a stretch lies on the strip.
  span(s: Stretch): [number, number] {
    const a = this.x(s.part, s.from), b = this.x(s.part, s.to);
    return a < b ? [a, b] : [b, a];
  }

  // at is the cut at a place on the strip, −1 in the gap and outside.
  at(x: number): number {
    if (x < 0 || x > this.length) return -1;
    const part: Part = x <= this.#end.alaska ? 'alaska' : 'main';
    const km = part === 'alaska' ? x : this.length - x;
    return km > this.#end[part] ? -1 : this.find(part, km);
  }

  // find is the cut that holds a measure. All cuts of a part are of one length but the last.
  find(part: Part, km: number): number {
    const first = this.#first[part], begin = this.cuts[first];
    if (!begin) return -1;
    let i = first + Math.floor(km / (begin.to - begin.from));
    while (i > first && (this.cuts[i]?.part !== part || (this.cuts[i]?.from ?? 0) > km)) i--;
    return i;
  }

  // within are the cuts that a stretch meets, first and last.
  within(s: Stretch): [number, number] {
    return [this.find(s.part, s.from), this.find(s.part, Math.max(s.from, s.to - 1e-6))];
  }

  box(s: Stretch): [number, number, number, number] {
    const [a, b] = this.within(s);
    return this.cuts.slice(a, b + 1).reduce<Cut['box']>((all, { box: c }) =>
      [Math.min(all[0], c[0]), Math.min(all[1], c[1]), Math.max(all[2], c[2]), Math.max(all[3], c[3])], [180, 90, -180, -90]);
  }
}

function cut(s: Placed<Segment>): Cut {
  const points = s.shape?.type === 'LineString' ? s.shape.coordinates : [];
  const middle = points[Math.floor(points.length / 2)] ?? [0, 0];
  const box: Cut['box'] = [180, 90, -180, -90];
  for (const [lon = 0, lat = 0] of points) {
    box[0] = Math.min(box[0], lon); box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon); box[3] = Math.max(box[3], lat);
  }
  return {
    id: s.id, part: s.part, from: s.km_from, to: s.km_to, name: s.name ?? '', admin_ca: s.admin_ca ?? '',
    admin: [s.admin_ca, s.admin_us].filter(Boolean).join('/'), middle: [middle[0] ?? 0, middle[1] ?? 0], box,
  };
}

// parseBrush reads a stretch from the address.
export function parseBrush(text: string): Stretch | null {
  const found = /^(main|alaska):(\d+)-(\d+)$/.exec(text);
  if (!found) return null;
  const from = Number(found[2]), to = Number(found[3]);
  return from < to ? { part: found[1] as Part, from, to } : null;
}

export const printBrush = (s: Stretch) => `${s.part}:${Math.floor(s.from)}-${Math.ceil(s.to)}`;

export const meets = (a: Stretch, b: Stretch) => a.part === b.part && a.from < b.to && b.from < a.to;

// stretchOf is the stretch of a record.
export const stretchOf = (r: { part: Part; km_from: number; km_to: number }): Stretch => ({ part: r.part, from: r.km_from, to: r.km_to });

// stretchOfPlace is where a port or post lies, with a little on both sides, so that
// there is something to look at.
export const stretchOfPlace = (p: { part: Part } & ({ km: number } | { km_from: number; km_to: number })): Stretch =>
  'km' in p ? { part: p.part, from: Math.max(0, p.km - 0.5), to: p.km + 0.5 } : { part: p.part, from: Math.max(0, p.km_from - 0.5), to: p.km_to + 0.5 };

// longestRun is the longest stretch of one part all of whose cuts are chosen, null
// where none is. Holes of up to 50 km are no end: a river that leaves the view and
// comes back is still one stretch.
export function longestRun(line: Line, chosen: boolean[]): Stretch | null {
  let best: Stretch | null = null, now: Stretch | null = null;
  line.cuts.forEach((cut, i) => {
    if (!chosen[i]) return;
    now = now && now.part === cut.part && cut.from - now.to <= 50 ? { ...now, to: cut.to } : { part: cut.part, from: cut.from, to: cut.to };
    if (!best || now.to - now.from > best.to - best.from) best = now;
  });
  return best;
}
