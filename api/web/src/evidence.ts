// What the panel asks for when it is opened: the counts of the window, day by day
// and with their bounds, and the band that weekly counts are expected to lie in.
import { address, ask } from './api';
import { knownAt, type Snapshot } from './data';
import { dayNumber, dayText, monday } from './days';
import type { Stretch } from './line';
import type { State } from './state';

export interface Bin { start: string; lower: number; upper: number; reported: number; expected: number | null; expected_low: number | null; expected_high: number | null }
export interface Band { low: number | null; high: number | null }

export interface Evidence {
  lower: number;
  upper: number;
  reported: number; // segments × days
  band: Band[] | null; // by week
  joined: boolean; // the band is that of a sum
}

async function bins(id: string, bin: string, datetime: string, s: Snapshot, state: State): Promise<Bin[]> {
  const answer = await ask(address(`collections/segments/items/${id}/series`, { unit: s.unit, bin, datetime, asOf: knownAt(state) }));
  return ((await answer.json()) as { bins: Bin[] }).bins;
}

const most = 24; // segments of one stretch that are asked about: detection joins four

// evidence is null where the API does not answer, or the stretch is too long to ask
// about each of its segments: the panel then does without.
export async function evidence(s: Snapshot, state: State, stretch: Stretch, window: number): Promise<Evidence | null> {
  const [a, b] = s.line.within(stretch), cuts = s.line.cuts.slice(a, b + 1);
  const days = `${dayText(dayNumber(state.day) - window + 1)}/${state.day}`;
  if (cuts.length > most) return null;
  try {
    const [counted, weeks] = await Promise.all([
      Promise.all(cuts.map((c) => bins(c.id, 'P1D', days, s, state))),
      Promise.all(cuts.map((c) => bins(c.id, 'P1W', `${dayText(monday(s.grid.first))}/${state.day}`, s, state))),
    ]);
    const all = counted.flat(), sum = (of: (x: Bin) => number) => all.reduce((n, x) => n + of(x), 0);
    return { lower: sum((x) => x.lower), upper: sum((x) => x.upper), reported: sum((x) => x.reported), band: bandOf(weeks), joined: cuts.length > 1 };
  } catch {
    return null;
  }
}

// bandOf is the band of the sum of segments, week by week. Counts of segments are
// taken as independent, so their spreads add in squares; with one segment it is the
// band of the server. A week in which a segment has none has none.
export function bandOf(segments: Bin[][]): Band[] {
  return (segments[0] ?? []).map((_, week) => {
    let mean = 0, down = 0, up = 0;
    for (const bins of segments) {
      const { expected = null, expected_low: low = null, expected_high: high = null } = bins[week] ?? {};
      if (expected === null || low === null || high === null) return { low: null, high: null };
      mean += expected;
      down += (expected - low) ** 2;
      up += (high - expected) ** 2;
    }
    return { low: Math.max(0, mean - Math.sqrt(down)), high: mean + Math.sqrt(up) };
  });
}
