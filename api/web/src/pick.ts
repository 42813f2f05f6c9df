// What is picked, and what is shown of all that was loaded.
import type { Hotspot, Placed, Port, Post, Segment } from './api';
import type { Snapshot } from './data';
import { meets, parseBrush, stretchOf, stretchOfPlace, type Stretch } from './line';
import { rank } from './palette';
import type { State } from './state';

export function split(pick: string): { kind: string; id: string } {
  const at = pick.indexOf(':');
  return { kind: pick.slice(0, Math.max(0, at)), id: pick.slice(at + 1) };
}

// pickedHotspot is the flag or hot spot that is picked.
export function pickedHotspot(s: Snapshot, pick: string): Placed<Hotspot> | null {
  const { kind, id } = split(pick);
  const list = kind === 'flag' ? s.flags : kind === 'hotspot' ? s.hotspots : [];
  return list.find((h) => h.id === id) ?? null;
}

export const pickedPort = (s: Snapshot, pick: string): Placed<Port> | undefined => chosen(s.ports, 'port', pick);
export const pickedPost = (s: Snapshot, pick: string): Placed<Post> | undefined => chosen(s.posts, 'post', pick);

function chosen<R extends { id: string }>(list: R[], kind: string, pick: string): R | undefined {
  const asked = split(pick);
  return asked.kind === kind ? list.find((r) => r.id === asked.id) : undefined;
}

// pickedStretch is the stretch of what is picked, null where it is not there.
export function pickedStretch(s: Snapshot, pick: string): Stretch | null {
  const { kind, id } = split(pick);
  if (kind === 'segment') return s.line.cuts[s.line.index(id)] ?? null;
  if (kind === 'stretch') return parseBrush(id);
  const place = pickedPort(s, pick) ?? pickedPost(s, pick), found = pickedHotspot(s, pick);
  return place ? stretchOfPlace(place) : found ? stretchOf(found) : null;
}

// sifted are those that reach the level and meet the brush.
export function sifted<R extends Hotspot | Segment>(s: Snapshot, list: Placed<R>[], state: State): Placed<R>[] {
  const brush = parseBrush(state.brush), least = rank(state.least), find = plain(state.find);
  return list.filter((r) => rank(r.level) >= least && inWindow(r, state) && (!brush || meets(brush, stretchOf(r))) && (find === '' || plain(about(s, r)).includes(find)));
}

// about is what a place can be found by: its names, its ports, its kilometres.
function about(s: Snapshot, r: Placed<Hotspot | Segment>): string {
  const [a, b] = s.line.within(stretchOf(r));
  const along = s.segments.slice(a, b + 1).flatMap((x) => [x.name, x.nearest_port, x.admin_ca, x.admin_us]);
  return [r.id, `km ${r.km_from}`, ...along].join(' ');
}

// plain is text without case and accents.
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

// flagsOnMap are the flags that the map and the strip show: those of the level, and
// of any place, since the brush is seen there.
export const flagsOnMap = (s: Snapshot, state: State) => s.flags.filter((h) => rank(h.level) >= rank(state.least) && inWindow(h, state));

// inWindow says whether a hot spot was found in a window that is not longer than asked.
export const inWindow = (r: Hotspot | Segment, state: State) => state.window === '' || !('window_days' in r) || r.window_days <= Number(state.window);
