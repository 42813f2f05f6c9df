// What the map is given: the records of a snapshot as GeoJSON with how each is drawn.
import type { FeatureCollection, Feature, Geometry, Point } from 'geojson';
import type { Hotspot, Placed, Port, Post } from './api';
import type { Snapshot } from './data';
import type { PortState } from './icons';
import { stretchOf, type Line } from './line';
import { look, rank } from './palette';
import type { Layer } from './state';

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });

export function segmentShapes(s: Snapshot, layer: Layer): FeatureCollection {
  const most = Math.max(0, ...s.segments.map((x) => x.observed ?? 0));
  return collection(s.segments.flatMap((x, i) => {
    if (!x.shape) return [];
    const l = look(layer, x, most);
    return [{ type: 'Feature', id: i, geometry: x.shape as Geometry, properties: { c: l.colour, w: l.width, dash: l.dash, hatch: l.hatch, rank: rank(x.level) } }];
  }));
}

// middle is where the icon of a stretch stands: near the line, halfway along.
export function middle(line: Line, h: Hotspot): [number, number] {
  const [a, b] = line.within(stretchOf(h));
  const low = line.cuts[Math.floor((a + b) / 2)]?.middle, high = line.cuts[Math.ceil((a + b) / 2)]?.middle;
  return low && high ? [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2] : [0, 0];
}

// strongest are the flags that are drawn: of many at one place the strongest, since
// it would hide the others.
export function strongest(line: Line, flags: Placed<Hotspot>[]): Placed<Hotspot>[] {
  const best = new Map<string, Placed<Hotspot>>();
  for (const f of flags) {
    const at = line.within(stretchOf(f)).join(), other = best.get(at);
    if (!other || other.score < f.score) best.set(at, f);
  }
  return [...best.values()];
}

export function flagShapes(line: Line, flags: Placed<Hotspot>[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: strongest(line, flags).map((f, i) => ({
      type: 'Feature', id: i, geometry: { type: 'Point', coordinates: middle(line, f) },
      properties: { icon: `flag-${f.level}`, order: f.score, id: f.id },
    })),
  };
}

export function portState(p: Port): PortState {
  if (p.mismatch === true || (p.open_ca !== null && p.open_us !== null && p.open_ca !== p.open_us)) return 'mixed';
  if (p.open_ca === null || p.open_us === null) return 'unknown';
  return p.open_ca ? 'open' : 'closed';
}

export const postShapes = (posts: Placed<Post>[]): FeatureCollection =>
  collection(posts.flatMap((p) => (p.shape ? [{ type: 'Feature', geometry: p.shape, properties: { id: p.id, name: p.name } }] : [])));

export const portShapes = (ports: Placed<Port>[]): FeatureCollection =>
  collection(ports.flatMap((p) => (p.shape ? [{ type: 'Feature', geometry: p.shape, properties: { icon: `port-${portState(p)}`, id: p.id, name: p.name ?? p.id } }] : [])));
