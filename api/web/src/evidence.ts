// What the panel asks for when it is opened: the counts of the window, day by day
// and with their bounds, and for a single segment the band that its weekly counts
// are expected to lie in.
import { address, ask } from './api';
import { knownAt, type Snapshot } from './data';
import { dayNumber, dayText, monday } from './days';
import type { Stretch } from './line';
import type { State } from './state';

interface Bin { start: string; lower: number; upper: number; reported: number; expected_low: number | null; expected_high: number | null }

export interface Evidence {
  lower: number;
  upper: number;
  reported: number; // segments × days
  band: { low: number | null; high: number | null }[] | null; // by week
}

async function bins(id: string, bin: string, datetime: string, s: Snapshot, state: State): Promise<Bin[]> {
  const answer = await ask(address(`collections/segments/items/${id}/series`, { unit: s.unit, bin, datetime, asOf: knownAt(state) }));
  return ((await answer.json()) as { bins: Bin[] }).bins;
}

const most = 8; // segments of one stretch: detection joins four

// evidence is null where the API does not answer: the panel then does without.
export async function evidence(s: Snapshot, state: State, stretch: Stretch, window: number): Promise<Evidence | null> {
  const [a, b] = s.line.within(stretch), cuts = s.line.cuts.slice(a, Math.min(b, a + most - 1) + 1);
  const days = `${dayText(dayNumber(state.day) - window + 1)}/${state.day}`, only = cuts.length === 1 ? cuts[0] : undefined;
  try {
    const [counted, weeks] = await Promise.all([
      Promise.all(cuts.map((c) => bins(c.id, 'P1D', days, s, state))),
      only ? bins(only.id, 'P1W', `${dayText(monday(s.grid.first))}/${state.day}`, s, state) : null,
    ]);
    const all = counted.flat(), sum = (of: (x: Bin) => number) => all.reduce((n, x) => n + of(x), 0);
    return {
      lower: sum((x) => x.lower), upper: sum((x) => x.upper), reported: sum((x) => x.reported),
      band: weeks && weeks.map((x) => ({ low: x.expected_low, high: x.expected_high })),
    };
  } catch {
    return null;
  }
}
