// The whole state of the page is one small value, and all of it stands in the
// address, so that a link shows to another what it shows here, and back works.

export const layers = ['level', 'completeness', 'guard', 'density'] as const;
export const tabs = ['flags', 'hotspots', 'segments'] as const;
export const units = ['persons', 'interceptions', 'encounters', 'claims', 'detections', 'signs'] as const;
export const levels = ['low', 'medium', 'high', 'critical'] as const;
export const windows = ['7', '14', '28', ''] as const; // days at most; empty: up to 56, the longest that detection looks at
export const bases = ['26', '52', '104', '156', '208'] as const; // weeks that are shown before the window

export type Layer = (typeof layers)[number];
export type Tab = (typeof tabs)[number];
export type Unit = (typeof units)[number];
export type Level = (typeof levels)[number];
export type Lang = 'en' | 'fr';

export interface State {
  day: string; // what happened up to the end of this day, 2017-03-05; empty: not known yet
  hour: string; // 00 to 23, UTC, for guard by the hour; empty: the end of the day
  known: string; // as known: empty: now; "day": at the end of the day; else the end of that day
  window: (typeof windows)[number];
  base: (typeof bases)[number];
  unit: Unit | '';
  layer: Layer;
  least: Level | ''; // of flags and hot spots that are shown
  find: string; // text that place names hold
  pick: string; // flag:ID, hotspot:ID, segment:ID, port:ID, post:ID, or stretch:main:4000-4500
  brush: string; // main:4000-4500, kilometres
  zoom: string; // "brush": the strip shows the brushed stretch alone
  view: string; // longitude,latitude,zoom of the map
  tab: Tab;
  sort: string; // column, with a minus before it: downwards
  lang: Lang;
}

type Key = keyof State;

const first = <T extends string>(allowed: readonly T[], text: string, otherwise: T): T =>
  allowed.includes(text as T) ? (text as T) : otherwise;

const day = /^\d{4}-\d\d-\d\d$/;
const dated = (text: string) => (day.test(text) && !Number.isNaN(Date.parse(text)) ? text : '');

// parse reads an address. What it does not understand is left at its beginning.
export function parse(hash: string, lang: Lang): State {
  const asked = new URLSearchParams(hash.replace(/^#/, ''));
  const get = (key: Key) => asked.get(key) ?? '';
  return {
    day: dated(get('day')),
    hour: /^([01]\d|2[0-3])$/.test(get('hour')) ? get('hour') : '',
    known: get('known') === 'day' ? 'day' : dated(get('known')),
    window: first(windows, get('window'), ''),
    base: first(bases, get('base'), '104'),
    unit: first(['', ...units], get('unit'), ''),
    layer: first(layers, get('layer'), 'level'),
    least: first(['', ...levels], get('least'), ''),
    find: get('find').slice(0, 60),
    pick: /^(flag|hotspot|segment|port|post|stretch):[\w.:-]+$/.test(get('pick')) ? get('pick') : '',
    brush: /^(main|alaska):\d+-\d+$/.test(get('brush')) ? get('brush') : '',
    zoom: get('zoom') === 'brush' ? 'brush' : '',
    view: /^-?[\d.]+,-?[\d.]+,[\d.]+$/.test(get('view')) ? get('view') : '',
    tab: first(tabs, get('tab'), 'flags'),
    sort: /^-?\w+$/.test(get('sort')) ? get('sort') : '-score',
    lang: first(['en', 'fr'], get('lang'), lang),
  };
}

// print writes the address of a state: only what differs from the beginning.
export function print(state: State, lang: Lang): string {
  const begin = parse('', lang);
  const out = new URLSearchParams();
  for (const key of Object.keys(begin) as Key[]) if (state[key] !== begin[key]) out.set(key, state[key]);
  return '#' + out.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
}

export type Listener = (state: State, changed: (...keys: Key[]) => boolean) => void;

// Store holds the state, tells who listens what changed, and keeps the address.
export class Store {
  #state: State;
  #listeners: Listener[] = [];

  constructor(readonly lang: Lang) {
    this.#state = parse(location.hash, lang);
    addEventListener('popstate', () => this.#turn(parse(location.hash, lang)));
  }

  get state(): State {
    return this.#state;
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  // set changes the state. A step is one that back goes back over.
  set(patch: Partial<State>, step = true): void {
    const next = { ...this.#state, ...patch };
    const address = print(next, this.lang);
    if (address !== (location.hash || '#')) history[step ? 'pushState' : 'replaceState'](null, '', address);
    this.#turn(next);
  }

  #turn(next: State): void {
    const before = this.#state;
    this.#state = next;
    const changed = (...keys: Key[]) => keys.some((key) => before[key] !== next[key]);
    if (changed(...(Object.keys(next) as Key[]))) for (const listener of this.#listeners) listener(next, changed);
  }
}
