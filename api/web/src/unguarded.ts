// When in the week a stretch is unguarded, as the server reckons it.
import { address, ask } from './api';
import { knownAt, type Snapshot } from './data';
import { dayNumber, dayText } from './days';
import { el } from './dom';
import type { Stretch } from './line';
import { instant, zoneName } from './port';
import type { State } from './state';
import { hourOfWeek, weekly } from './week';
import { t } from './words';

// Hours is the answer of the server: 168 hours from Monday 00:00 on, in a zone.
interface Hours { zone: string; hours: { unguarded: number | null; unknown: number | null }[] }

const most = 8; // segments of one stretch

// weekOf is the picture of the week of a stretch over the window, null where the
// server does not say.
export async function weekOf(s: Snapshot, state: State, stretch: Stretch, window: number): Promise<Node[] | null> {
  const [a, b] = s.line.within(stretch), cuts = s.line.cuts.slice(a, Math.min(b, a + most - 1) + 1);
  const datetime = `${dayText(dayNumber(state.day) - window + 1)}/${state.day}`;
  try {
    const all = await Promise.all(cuts.map(async (c) => (await (await ask(address(`collections/segments/items/${c.id}/week`, { datetime, asOf: knownAt(state) }))).json()) as Hours));
    const zone = all[0]?.zone;
    if (!zone) return null;
    const shares = joined(all, cuts.map((c) => c.to - c.from));
    return [weekly({ title: t('unguardedBy', { zone: zoneName(zone) }), kind: 'unguarded', shares, now: hourOfWeek(instant(state), zone) }), el('p', { class: 'soft' }, t('weekKeyUnguarded'))];
  } catch {
    return null;
  }
}

// joined is the mean by length, null where most of it is not known.
export function joined(all: Hours[], lengths: number[]): (number | null)[] {
  return Array.from({ length: 168 }, (_, hour) => {
    let sum = 0, unknown = 0, length = 0;
    all.forEach((x, i) => {
      const h = x.hours[hour], n = lengths[i] ?? 0;
      if (!h || h.unguarded === null) return;
      length += n;
      sum += h.unguarded * n;
      unknown += (h.unknown ?? 0) * n;
    });
    return length === 0 || unknown / length > 0.5 ? null : sum / length;
  });
}
