// The head of the page: what it shows, the unit, exports, language, and how fresh
// it is.
import type { Snapshot, Status } from './data';
import { el } from './dom';
import { heading, simulated, strictest } from './files';
import { key } from './key';
import { units, type State, type Store, type Unit } from './state';
import { date, pair, spoken, t } from './words';

export interface Doings { save: (kind: 'png' | 'csv' | 'geojson') => void; again: () => void; key: () => void }

export function head(holder: HTMLElement, store: Store, s: Snapshot | null, status: Status, live: boolean, doings: Doings): void {
  const state = store.state;
  const focused = holder.contains(document.activeElement) ? document.activeElement?.id : '';
  const unit = el('select', { id: 'unit', change: (e: Event) => store.set({ unit: (e.target as HTMLSelectElement).value as Unit | '' }) },
    el('option', { value: '' }, `${t('allUnits')}${s && state.unit === '' ? ` (${t(s.unit)})` : ''}`), ...units.map((u) => el('option', { value: u, selected: u === state.unit }, t(u))));
  const button = (id: string, text: string, click: () => void, label = '') => el('button', { id, click, 'aria-label': label || false }, text);
  holder.replaceChildren(
    el('h1', {}, el('b', {}, 'frontierwatch'), el('span', {}, t('title'))),
    el('span', { class: 'badges' }, ...badges(s, status, live)),
    el('span', { class: 'group' }, el('label', { for: 'unit' }, t('unit')), unit),
    el('span', { class: 'group', role: 'group', 'aria-label': t('export') },
      button('png', 'PNG', () => doings.save('png'), `${t('export')} PNG`), button('csv', 'CSV', () => doings.save('csv'), `${t('export')} CSV`),
      button('geojson', 'GeoJSON', () => doings.save('geojson'), `${t('export')} GeoJSON`), button('print', t('print'), () => print())),
    button('key', `${t('key')}${key() === '' ? '' : ' ✓'}`, doings.key),
    el('button', { id: 'lang', lang: spoken() === 'en' ? 'fr' : 'en', click: () => store.set({ lang: spoken() === 'en' ? 'fr' : 'en' }) }, t('language')),
    el('div', { class: 'printed' }, ...(s ? heading(s, state).map((line) => el('p', {}, line)) : [])),
    notice(s, state, status, store, doings));
  if (focused) document.getElementById(focused)?.focus();
}

function badges(s: Snapshot | null, status: Status, live: boolean): Node[] {
  if (!s) return [];
  const stale = status.kind === 'offline' || status.kind === 'refused', time = s.at.toISOString().slice(11, 16) + ' UTC';
  return [
    el('span', { class: 'badge' }, strictest(s)),
    simulated(s) ? el('span', { class: 'badge warn' }, t('simulated')) : '',
    el('span', { class: stale ? 'badge warn' : 'badge' }, stale ? pair(t('stale'), t('asOf', { time })) : `${t('asOf', { time })} · ${t(live ? 'live' : 'polled')}`),
  ].filter((x): x is HTMLSpanElement => x !== '');
}

// notice says what stands in the way: no connection, a refusal, an empty store, or
// reports that end long before the day.
function notice(s: Snapshot | null, state: State, status: Status, store: Store, doings: Doings): Node {
  const again = () => el('button', { click: doings.again }, t('again'));
  if (status.kind === 'offline') return el('p', { class: 'notice' }, t('offline', { time: s ? s.at.toISOString().slice(11, 16) + ' UTC' : '–' }), ' ', again());
  if (status.kind === 'refused') return el('p', { class: 'notice' }, t('refused', { what: status.message }), ' ', again());
  if (!s) return el('p', { class: 'notice plain' }, t('loading'));
  if (s.latest === '') return el('p', { class: 'notice plain' }, t('emptyStore'));
  if (s.flags.length === 0 && s.latest < state.day) {
    return el('p', { class: 'notice plain' }, t('emptyFlags'), ' ', t('latest', { day: date(s.latest) }), ' ', el('button', { click: () => store.set({ day: s.latest }) }, t('goThere')));
  }
  return el('span', { hidden: true });
}
