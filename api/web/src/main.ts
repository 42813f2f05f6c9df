// The page: its parts, and how they hear of each other.
import { address, ask, Fault } from './api';
import { Clock } from './clock';
import { Live } from './events';
import { firstDay, Loader, type Snapshot, type Status } from './data';
import { today } from './days';
import { at, el } from './dom';
import * as files from './files';
import { head } from './head';
import { enter } from './key';
import { legend, scale } from './legend';
import { parseBrush, stretchOf } from './line';
import type { FrontierMap } from './map';
import { middle } from './mapdata';
import { Panel } from './panel';
import { flagsOnMap, pickedStretch } from './pick';
import { Ribbon } from './ribbon';
import { Store, type Lang, type State } from './state';
import { Table } from './table';
import { date, kms, number, said, speak, t } from './words';

const preferred: Lang = navigator.language.startsWith('fr') ? 'fr' : 'en';
const store = new Store(preferred);
speak(store.state.lang);

let shown: Snapshot | null = null;
let status: Status = { kind: 'loading', message: '' };
let map: FrontierMap | null = null;
let live = false; // the server tells by itself when something changes

const ribbon = new Ribbon(at('strip'), store);
const table = new Table(at('list'), store);
const panel = new Panel(at('panel'), store);
let clock = new Clock(at('time'), store);
const loader = new Loader(heard);

const calmly = 1500; // how long the first event of many waits for the others, milliseconds

const say = (text: string) => { at('status').textContent = text; };
const again = () => { loader.forget(); void loader.load(store.state); };
// Another reader begins anew, so that nothing that the one before saw stays.
const askKey = (why = '') => enter(() => location.reload(), why);
const drawHead = () => head(at('head'), store, shown, status, live, { save: (kind) => void save(kind), again, key: () => askKey() });
const drawLegend = () => legend(at('legend'), store, shown, map?.reports ?? null);

function heard(snapshot: Snapshot | null, now: Status): void {
  status = now;
  shown = snapshot;
  document.body.dataset.status = now.kind;
  document.body.setAttribute('aria-busy', String(now.kind === 'loading'));
  drawHead();
  if (!snapshot) at('list').replaceChildren(el('p', { class: 'empty' }, t(now.kind === 'loading' ? 'loading' : 'nothingYet')));
  if (now.kind === 'offline' || now.kind === 'refused') clock.play(false);
  if (now.kind === 'refused' && (now.code === 401 || now.code === 403)) askKey(now.message);
  if (now.kind !== 'ready' || !snapshot) return;
  draw(snapshot, store.state);
  say(t('loaded', { flags: snapshot.flags.length, spots: snapshot.hotspots.length, day: date(snapshot.day) }));
  clock.drawn();
}

function draw(s: Snapshot, state: State): void {
  const flags = flagsOnMap(s, state);
  map?.show(s, flags);
  ribbon.show(s, flags);
  table.show(s, state);
  panel.show(s, state);
  drawLegend();
  clock.show(state, s);
}

function words(): void {
  speak(store.state.lang);
  document.title = `frontierwatch – ${t('title')}`;
  for (const [id, word] of [['map-area', 'mapArea'], ['strip', 'strip'], ['time', 'time'], ['side', store.state.tab]] as const) at(id).setAttribute('aria-label', t(word));
  const skip = document.querySelector('[data-word=skip]');
  if (skip) skip.textContent = t('skip');
}

store.listen((state, changed) => {
  if (changed('lang')) {
    words();
    clock = new Clock(at('time'), store);
    drawHead();
  }
  clock.show(state, shown);
  if (changed('day', 'known', 'hour', 'unit', 'window', 'base')) return void (state.day === '' ? begin() : loader.load(state));
  if (!shown) return;
  if (changed('view')) turnMap(state);
  if (changed('layer', 'least', 'lang', 'tab', 'sort', 'pick', 'brush', 'zoom', 'find')) draw(shown, state);
  if (changed('brush')) map?.fit(parseBrush(state.brush));
  if (changed('pick')) picked(shown, state);
});

// turnMap follows the address where it, and not the map, has changed the view.
function turnMap(state: State): void {
  if (!map || map.view() === state.view) return;
  map.turn(state.view);
}

function picked(s: Snapshot, state: State): void {
  const stretch = pickedStretch(s, state.pick);
  if (!stretch) return;
  const title = document.getElementById('panel-title');
  if (innerWidth >= 900) at('side').scrollTop = 0;
  title?.focus({ preventScroll: innerWidth >= 900 });
  say(kms(stretch));
  if (map && !map.covers(stretch)) map.fit(stretch);
}

ribbon.pointed = (cut) => map?.hover(cut);
ribbon.sees = () => map?.sees() ?? [];
table.again = () => { if (shown) table.show(shown, store.state); };
table.hovered = (id, kind) => {
  const list = kind === 'segment' ? shown?.segments : kind === 'flag' ? shown?.flags : shown?.hotspots;
  const found = list?.find((x) => x.id === id);
  const cut = found && shown ? shown.line.within(stretchOf(found))[0] : -1;
  ribbon.hover(cut);
  map?.hover(cut);
};
panel.locate = (stretch) => map?.fit(stretch);
panel.say = say;

async function save(kind: 'png' | 'csv' | 'geojson'): Promise<void> {
  const s = shown, state = store.state;
  if (!s) return;
  const name = `frontierwatch-${state.tab}-${state.day}.${kind}`;
  if (kind === 'csv') files.save(new Blob([files.csv(s, state)], { type: 'text/csv' }), name);
  if (kind === 'geojson') files.save(new Blob([files.geojson(s, state)], { type: 'application/geo+json' }), name);
  if (kind !== 'png' || !map) return;
  const marks = flagsOnMap(s, state).slice(0, 10).map((f) => ({ at: middle(s.line, f), text: `${said(f.level)} · ${kms(stretchOf(f))} · ${number(f.observed)} / ${number(f.expected)}`, level: f.level }));
  const chart = map.chart;
  const keys = [...document.querySelectorAll('#legend li')].map((li) => ({ samples: [...li.querySelectorAll('canvas')], text: li.textContent ?? '' }));
  const [ramp, counts] = scale(s);
  keys.push({ samples: [ramp], text: counts });
  files.save(await map.picture((canvas) => files.png(canvas, (p) => chart.project(p), marks, ribbon.canvas, keys, s, state)), name);
}

// The map comes by itself, after the rest: without it the strip and the table work.
async function startMap(): Promise<void> {
  try {
    const { FrontierMap } = await import('./map');
    map = new FrontierMap(at('map'), store);
  } catch (error) {
    console.error(error);
    at('map').replaceChildren(el('p', { class: 'nomap' }, t('noMap')));
    return;
  }
  map.pointed = (p) => {
    ribbon.hover(p?.cut ?? -1);
    ribbon.tell(p ? ribbon.about(p.cut) : '', p?.x ?? 0, p?.y ?? 0);
  };
  map.moved = () => ribbon.draw();
  map.counted = drawLegend;
  if (!shown) return;
  // Only what the map is part of: the panel may be under a finger by now.
  map.show(shown, flagsOnMap(shown, store.state));
  ribbon.draw();
  drawLegend();
}

async function begin(): Promise<void> {
  try {
    const day = await firstDay();
    if (store.state.day === '') store.set({ day }, false); // the address may have named one meanwhile
  } catch (error) {
    if (store.state.day !== '') return;
    const code = error instanceof Fault ? error.status : 0;
    heard(null, code > 0 ? { kind: 'refused', message: String((error as Fault).message), code } : { kind: 'offline', message: '' });
    if (code === 0) store.set({ day: today() }, false);
  }
}

const start = () => void (store.state.day === '' ? begin() : loader.load(store.state));

// While no stream is open, the page looks once a minute whether anything has arrived.
let tag = '';
async function look(): Promise<void> {
  if (document.hidden || live || status.kind === 'loading') return;
  try {
    const answer = await ask(address('collections/reports/items', { limit: '1' }), undefined, 'HEAD');
    const now = answer.headers.get('ETag') ?? '';
    if ((tag !== '' && now !== tag) || status.kind === 'offline') again();
    tag = now;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'offline') heard(shown, { kind: 'offline', message: '' });
  }
}

// What is told in one breath is loaded once: a file of reports is thousands of events.
let due = 0;
const stream = new Live(() => {
  if (due === 0) due = window.setTimeout(reload, calmly);
}, (open) => {
  const lost = live && !open, back = open && !live && status.kind === 'offline';
  live = open;
  drawHead();
  if (back) again();
  if (lost) void look(); // is the server still there?
});

function reload(): void {
  due = 0;
  if (document.hidden || status.kind === 'loading' || store.state.day === '') due = window.setTimeout(reload, calmly);
  else again();
}

words();
drawHead();
drawLegend();
void startMap();
start();
stream.start();
setInterval(() => void look(), 60_000);
addEventListener('beforeprint', () => map?.print(true));
addEventListener('afterprint', () => map?.print(false));
addEventListener('online', () => { stream.start(); again(); });
addEventListener('offline', () => heard(shown, { kind: 'offline', message: '' }));
