// The table: the same flags, hot spots and segments as on the map, sortable, one
// button a row. It is the way of those who do not see the map.
import type { Hotspot, Segment } from './api';
import type { Snapshot } from './data';
import { el } from './dom';
import { flagIcon } from './icons';
import { rank } from './palette';
import { sifted } from './pick';
import { levels, tabs, type Level, type State, type Store, type Tab, type Unit } from './state';
import { number, said, share, t, type Word } from './words';

// also is what the first column says besides where the table has no room for all.
interface Column<R> { key: string; word: Word; value: (r: R) => number | string | null; text: (r: R) => string; also?: (r: R) => string; number?: boolean }

// Flags of all units stand in one table: where the unit is not that of the page, it is said.
const spots = (unit: Unit): Column<Hotspot>[] => [
  { key: 'level', word: 'level', value: (h) => rank(h.level), text: (h) => said(h.level), also: (h) => said(h.label) },
  { key: 'km_from', word: 'km', value: (h) => h.km_from, text: (h) => `${h.km_from}–${h.km_to}`, number: true },
  { key: 'name', word: 'place', value: (h) => h.name, text: (h) => (h.name ?? '–') + (h.unit === unit ? '' : ` (${said(h.unit)})`) },
  { key: 'observed', word: 'observed', value: (h) => h.observed, text: (h) => number(h.observed), number: true },
  { key: 'expected', word: 'expected', value: (h) => h.expected, text: (h) => number(h.expected), number: true },
  { key: 'ratio', word: 'ratio', value: (h) => h.ratio, text: (h) => `×${number(h.ratio)}`, number: true },
  { key: 'score', word: 'score', value: (h) => h.score, text: (h) => number(h.score), number: true },
  { key: 'label', word: 'trend', value: (h) => h.label, text: (h) => said(h.label) },
];

const cuts: Column<Segment>[] = [
  { key: 'level', word: 'level', value: (s) => rank(s.level), text: (s) => (s.level ? said(s.level) : '–') },
  { key: 'km_from', word: 'km', value: (s) => (s.part === 'alaska' ? 1e6 : 0) + s.km_from, text: (s) => `${s.km_from}–${Math.ceil(s.km_to)}`, number: true },
  { key: 'name', word: 'place', value: (s) => s.name, text: (s) => [s.name, s.part === 'alaska' && 'Alaska'].filter(Boolean).join(', ') || '–' },
  { key: 'observed', word: 'observed', value: (s) => s.observed, text: (s) => number(s.observed), number: true },
  { key: 'expected', word: 'expected', value: (s) => s.expected, text: (s) => number(s.expected), number: true },
  { key: 'completeness', word: 'completeness', value: (s) => s.completeness, text: (s) => share(s.completeness), number: true },
];

const page = 100;

export class Table {
  #shown = page;
  #tab: Tab | '' = '';
  hovered: (id: string, kind: string) => void = () => {};

  constructor(readonly holder: HTMLElement, readonly store: Store) {}

  show(s: Snapshot, state: State): void {
    if (this.#tab !== state.tab) this.#shown = page;
    this.#tab = state.tab;
    const focused = document.activeElement instanceof HTMLElement && this.holder.contains(document.activeElement) ? document.activeElement.id : '';
    const body = state.tab === 'segments'
      ? this.#grid(cuts, sifted(s, s.segments, state), state, 'segment', s.segments.length, (x) => x.level)
      : this.#grid(spots(s.unit), sifted(s, state.tab === 'flags' ? s.flags : s.hotspots, state), state, state.tab === 'flags' ? 'flag' : 'hotspot', s[state.tab].length, (x) => x.level);
    this.holder.replaceChildren(this.#choice(s, state), ...body);
    const back = focused ? document.getElementById(focused) : null;
    back?.focus({ preventScroll: true });
    if (back instanceof HTMLInputElement) back.setSelectionRange(back.value.length, back.value.length);
  }

  #choice(s: Snapshot, state: State): Node {
    const least = el('select', { id: 'least', change: (e: Event) => this.store.set({ least: (e.target as HTMLSelectElement).value as Level | '' }) },
      el('option', { value: '' }, t('anyLevel')), ...levels.slice(1).map((l) => el('option', { value: l, selected: l === state.least }, t('andAbove', { level: said(l) }))));
    const find = el('input', { type: 'search', id: 'find', value: state.find, placeholder: t('find'), 'aria-label': t('findPlace'), input: (e: Event) => this.store.set({ find: (e.target as HTMLInputElement).value }, false) });
    return el('div', { class: 'choice' },
      el('div', { class: 'tabs', role: 'group' }, ...tabs.map((tab) => el('button', { id: `tab-${tab}`, 'aria-pressed': String(tab === state.tab), click: () => this.store.set({ tab }) },
        t(tab), ' ', el('span', { class: 'count' }, String(s[tab].length))))),
      el('span', { class: 'group' }, find, el('label', { for: 'least', class: 'hidden' }, t('least')), least));
  }

  #grid<R extends { id: string }>(columns: Column<R>[], list: R[], state: State, kind: string, all: number, level: (r: R) => Level | null): Node[] {
    if (list.length === 0) return [el('div', { class: 'empty' }, ...emptyWords(state, all))];
    const rows = sorted(columns, list, state.sort), rest = rows.length - this.#shown;
    const table = el('table', { class: `of-${kind}` },
      el('caption', { class: 'hidden' }, t(state.tab), ', ', t('shown', { n: list.length, all })),
      el('thead', {}, el('tr', {}, ...columns.map((c) => this.#header(c, state)))),
      el('tbody', {}, ...rows.slice(0, this.#shown).map((r) => this.#row(columns, r, kind, level(r), state))));
    const more = rest > 0 && el('button', { id: 'more', class: 'more', click: () => this.#more() }, t('more', { n: Math.min(rest, page) }));
    return [el('div', { class: 'scroll' }, table, more)];
  }

  #more(): void {
    this.#shown += page;
    this.again();
  }

  again: () => void = () => {};

  #header<R>(c: Column<R>, state: State): Node {
    const up = state.sort === c.key, down = state.sort === `-${c.key}`;
    return el('th', { scope: 'col', class: c.number ? 'n' : '', 'data-key': c.key, 'aria-sort': up ? 'ascending' : down ? 'descending' : 'none' },
      el('button', { id: `sort-${c.key}`, click: () => this.store.set({ sort: down ? c.key : `-${c.key}` }, false) }, t(c.word), el('span', { 'aria-hidden': 'true' }, up ? ' ▲' : down ? ' ▼' : '')));
  }

  #row<R extends { id: string }>(columns: Column<R>[], r: R, kind: string, level: Level | null, state: State): Node {
    const pick = `${kind}:${r.id}`, picked = state.pick === pick;
    return el('tr', { class: picked ? 'picked' : '', mouseenter: () => this.hovered(r.id, kind), mouseleave: () => this.hovered('', kind) },
      ...columns.map((c, i) => (i === 0
        ? el('th', { scope: 'row' }, el('button', { id: `row-${pick}`, class: 'pick', 'aria-current': picked ? 'true' : false, click: () => this.store.set({ pick }),
          focus: () => this.hovered(r.id, kind), 'aria-label': `${c.text(r)}, ${columns.slice(1, 3).map((x) => x.text(r)).join(', ')}` }, level && flagIcon(level), el('span', { class: level ? 'word' : '' }, c.text(r))), c.also && el('span', { class: 'also' }, c.also(r)))
        : el('td', { class: c.number ? 'n' : '', 'data-key': c.key }, c.text(r)))));
  }
}

export function sorted<R>(columns: Column<R>[], list: R[], sort: string): R[] {
  const down = sort.startsWith('-'), key = sort.replace('-', '');
  const column = columns.find((c) => c.key === key) ?? columns.find((c) => c.key === 'observed');
  if (!column) return list;
  const sign = down ? -1 : 1;
  return [...list].sort((a, b) => {
    const x = column.value(a), y = column.value(b);
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1; // what is not known comes last
    return sign * (typeof x === 'string' || typeof y === 'string' ? String(x).localeCompare(String(y)) : x - y);
  });
}

function emptyWords(state: State, all: number): Node[] {
  const words: Record<Tab, Word> = { flags: 'emptyFlags', hotspots: 'emptyHotspots', segments: 'emptySegments' };
  if (all > 0) return [el('p', {}, t('emptyFilter', { n: all }))];
  return [el('p', {}, el('strong', {}, t(words[state.tab]))), el('p', {}, t('notSafe'))];
}
