// Local time on both sides of a place on the frontier, by province and state. Where
// a province or state has two zones, the place decides.
import type { Cut } from './line';
import type { State } from './state';
import { pair, spoken, t } from './words';

const zones: Record<string, string> = {
  NB: 'America/Moncton', QC: 'America/Toronto', ON: 'America/Toronto', MB: 'America/Winnipeg', SK: 'America/Regina', AB: 'America/Edmonton',
  BC: 'America/Vancouver', YT: 'America/Whitehorse', ME: 'America/New_York', NH: 'America/New_York', VT: 'America/New_York', NY: 'America/New_York',
  PA: 'America/New_York', OH: 'America/New_York', MI: 'America/Detroit', MN: 'America/Chicago', ND: 'America/Chicago', MT: 'America/Denver',
  ID: 'America/Los_Angeles', WA: 'America/Los_Angeles', AK: 'America/Anchorage',
};

export function zone(admin: string, lon: number): string | null {
  if (admin === 'ON' && lon < -90) return 'America/Winnipeg';
  if (admin === 'BC' && lon > -117) return 'America/Edmonton'; // the Rocky Mountains keep the time of Alberta
  return zones[admin] ?? null;
}

// localTimes says what the clocks show at a place when it is the asked time in UTC;
// without a place, what the reader's own show.
export function localTimes(state: State, cut: Cut | null): string {
  if (state.day === '') return '';
  const at = new Date(state.hour === '' ? `${state.day}T23:59:59Z` : `${state.day}T${state.hour}:00:00Z`);
  const utc = at.toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
  if (!cut) return utc;
  const [ca = '', us = ''] = cut.admin.split('/');
  const sides = [[t('sideCA'), zone(ca, cut.middle[0])], [t('sideUS'), zone(us, cut.middle[0])]] as const;
  const times = sides.flatMap(([side, z]) => (z ? [`${side} ${clock(at, z)}`] : []));
  return [utc, times.length > 0 ? pair(t('local', { km: Math.floor(cut.from) }), times.join(', ')) : ''].filter(Boolean).join(' · ');
}

const clock = (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat(spoken() === 'fr' ? 'fr-CA' : 'en-CA', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', weekday: 'short', timeZoneName: 'short' }).format(at);
