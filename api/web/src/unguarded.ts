// When in the week a stretch is unguarded, as the server reckons it.
import { address, ask } from './api';
import { knownAt, type Snapshot } from './data';
import { el } from './dom';
import type { Stretch } from './line';
import { instant, zoneName } from './port';
import type { State } from './state';
import { hourOfWeek, weekly } from './week';
import { t } from './words';

// Hours is the answer of the server: 168 shares from Monday 00:00 on, in a zone.
export interface Hours { zone: string; unguarded_share: (number | null)[]; unknown_share: (number | null)[] }

const most = 8; // segments of one stretch

// weekOf is the picture of the week of a stretch over the window, null where the
// server does not say.
export async function weekOf(s: Snapshot, state: State, stretch: Stretch, window: number, direction: string): Promise<Node[] | null> {
  const [a, b] = s.line.within(stretch), cuts = s.line.cuts.slice(a, Math.min(b, a + most - 1) + 1);
  const question = { datetime: state.day, window: `P${window}D`, direction, asOf: knownAt(state) };
  try {
    const all = await Promise.all(cuts.map(async (c) => (await (await ask(address(`collections/segments/items/${c.id}/week`, question))).json()) as Hours));
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
      const share = x.unguarded_share[hour] ?? null, n = lengths[i] ?? 0;
      if (share === null) return;
      length += n;
      sum += share * n;
      unknown += (x.unknown_share[hour] ?? 0) * n;
    });
    return length === 0 || unknown / length > 0.5 ? null : sum / length;
  });
}
