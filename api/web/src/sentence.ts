// The sentence of a hot spot: the server's own in English, and the same said from
// its numbers in French.
import type { Hotspot } from './api';
import { kms, number, said, share, spoken, t } from './words';
import { stretchOf } from './line';

const month = 30.44; // days

// duration is days as people say them: as the server does in its sentence.
export function duration(days: number): string {
  const n = (x: number) => number(Math.round(x), 0);
  if (days < 60) return t('timeDays', { n: n(days) });
  return days < 24 * month ? t('timeMonths', { n: n(days / month) }) : t('timeYears', { n: n(days / 365.25) });
}

export function sentence(h: Hotspot): string {
  if (spoken() === 'en') return h.sentence;
  const weeks = /its own last (\d+) weeks/.exec(h.sentence)?.[1];
  const past = weeks ? t('pastWeeks', { n: weeks }) : t('pastYears');
  const begin = t('sentence', { km: kms(stretchOf(h)), observed: number(h.observed), unit: said(h.unit), days: h.window_days, past, expected: small(h.expected) });
  const arrived = h.completeness !== null && h.completeness < 0.995 ? t('arrived', { share: share(h.completeness) }) : '';
  return begin + arrived + (h.recurrence_days === null ? '' : t('chance', { time: duration(h.recurrence_days) }));
}

// small is a number of which something is left however small it is.
const small = (n: number) => number(n, n !== 0 && Math.abs(n) < 0.095 ? -Math.floor(Math.log10(Math.abs(n))) : 1);
