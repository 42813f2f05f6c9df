// What the page shows is one snapshot, loaded for a day and a state of knowledge.
// A newer question ends an older one; a broken answer leaves the old snapshot and
// says so.
import { address, ask, Fault, features, shown, type Hotspot, type Placed, type Port, type Post, type Segment, type Source } from './api';
import { dayNumber, dayText, monday, today, weekOf, windowWeeks } from './days';
import { grid, type Grid, type Matrix } from './grid';
import { Line } from './line';
import type { State, Unit } from './state';

export interface Snapshot {
  line: Line;
  day: string;
  unit: Unit;
  segments: Placed<Segment>[];
  flags: Placed<Hotspot>[];
  hotspots: Placed<Hotspot>[];
  ports: Placed<Port>[];
  posts: Placed<Post>[];
  sources: Source[];
  grid: Grid;
  beginning: string; // the first day that reports are about
  latest: string; // the last day of the latest report; empty: there is none
  at: Date; // when it was loaded
}

export interface Status { kind: 'loading' | 'ready' | 'offline' | 'refused'; message: string; code?: number } // code: of HTTP

type Heard = (snapshot: Snapshot | null, status: Status) => void;

// weeks are how many are shown: the window and what it is compared with.
export const weeks = (s: State) => windowWeeks + Number(s.base);

// windowDays is how long the window of counts is, days.
export const windowDays = (s: State) => Number(s.window || '28');

// knownAt is the parameter asOf of a state.
export function knownAt(s: State): string {
  if (s.known === '') return '';
  return `${s.known === 'day' ? s.day : s.known}T23:59:59Z`;
}

// when is the parameter datetime of a state: the day, or the hour of it.
export const when = (s: State) => (s.hour === '' ? s.day : `${s.day}T${s.hour}:00:00Z`);

export class Loader {
  snapshot: Snapshot | null = null;
  #running: AbortController | null = null;
  #sources: Source[] | null = null;
  #beginning = '';

  constructor(readonly heard: Heard) {}

  async load(s: State): Promise<void> {
    this.#running?.abort();
    const run = (this.#running = new AbortController());
    this.heard(this.snapshot, { kind: 'loading', message: '' });
    try {
      const snapshot = await this.#fetch(s, run.signal);
      if (run.signal.aborted) return;
      this.snapshot = snapshot;
      this.heard(snapshot, { kind: 'ready', message: '' });
    } catch (error) {
      if (run.signal.aborted) return;
      if (!(error instanceof Fault)) console.error(error);
      const kind = error instanceof Fault ? error.kind : 'refused';
      this.heard(this.snapshot, { kind, message: error instanceof Error ? error.message : String(error), code: error instanceof Fault ? error.status : 0 });
    }
  }

  async #fetch(s: State, signal: AbortSignal): Promise<Snapshot> {
    const asOf = knownAt(s), all = { limit: '10000', asOf };
    const once = this.#once(signal);
    once.catch(() => {}); // it is awaited below, unless another answer fails before
    const [flags, hotspots, ports, posts, latest] = await Promise.all([
      features<Hotspot>('flags', { ...all, datetime: s.day, unit: s.unit }, signal),
      features<Hotspot>('hotspots', { ...all, datetime: s.day, unit: s.unit }, signal),
      shown(features<Port>('ports', { limit: '1000', datetime: when(s) }, signal), []),
      shown(features<Post>('posts', { limit: '1000', datetime: s.day, asOf }, signal), []),
      shown<Latest>(latestReport(signal), { day: s.day, unit: 'persons' }),
    ]);
    const unit = s.unit || strongest(flags, hotspots) || latest.unit;
    const first = weekOf(dayNumber(s.day)) - weeks(s) + 1, window = s.window && `P${s.window}D`;
    const [segments, matrix] = await Promise.all([
      features<Segment>('segments', { limit: '10000', datetime: when(s), asOf, unit, window }, signal),
      counts({ unit, datetime: `${dayText(monday(first))}/${s.day}`, bin: 'P1W', asOf }, signal),
    ]);
    const { beginning, sources } = await once;
    // The line does not change; a new one is made only where the segments are others.
    const old = this.snapshot?.line;
    const line = old && old.cuts.length === segments.length && old.cuts[0]?.id === segments[0]?.id ? old : new Line(segments);
    return {
      line, day: s.day, unit, segments, flags, hotspots, ports, posts, sources, beginning, latest: latest.day, at: new Date(),
      grid: grid(line, matrix),
    };
  }

  // once is what is asked for once, beside all the rest.
  async #once(signal: AbortSignal): Promise<{ beginning: string; sources: Source[] }> {
    const [first, sources] = await Promise.all([
      this.#beginning || shown(beginning(signal), '2000-01-01'),
      this.#sources ?? shown(features<Source>('sources', { limit: '1000' }, signal), []),
    ]);
    this.#beginning = first;
    this.#sources = sources;
    return { beginning: first, sources };
  }

  // forget makes the next load ask for everything anew.
  forget(): void {
    this.#sources = null;
    this.#beginning = '';
  }
}

const counts = async (parameters: Record<string, string>, signal: AbortSignal) =>
  (await (await ask(address('collections/segments/series', parameters), signal)).json()) as Matrix;

function strongest(...lists: Hotspot[][]): Unit | '' {
  for (const list of lists) {
    const best = list.reduce<Hotspot | null>((a, b) => (a && a.score >= b.score ? a : b), null);
    if (best) return best.unit;
  }
  return '';
}

interface Latest { day: string; unit: Unit }

// latestReport is the last day and the unit of the report that stands first:
// the newest does.
async function latestReport(signal?: AbortSignal): Promise<Latest> {
  const answer = await ask(address('collections/reports/items', { limit: '1' }), signal);
  const page = (await answer.json()) as { features: { properties: { observed_end: string; unit: Unit } }[] };
  const newest = page.features[0]?.properties;
  return { day: newest?.observed_end.slice(0, 10) ?? '', unit: newest?.unit ?? 'persons' };
}

// beginning is the day that the extent of the reports begins on.
async function beginning(signal: AbortSignal): Promise<string> {
  const of = (await (await ask(address('collections/reports'), signal)).json()) as { extent?: { temporal?: { interval: (string | null)[][] } } };
  return of.extent?.temporal?.interval[0]?.[0]?.slice(0, 10) ?? '2000-01-01';
}

// firstDay is the day that the page opens on: today, unless the reports ended long
// before it.
export async function firstDay(): Promise<string> {
  const { day } = await shown<Latest>(latestReport(), { day: '', unit: 'persons' });
  return day !== '' && dayNumber(today()) - dayNumber(day) > 56 ? day : today();
}
