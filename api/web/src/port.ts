// Ports and posts: what the panel says of one, and of those near a stretch.
import type { Port, Post } from './api';
import { when, type Snapshot } from './data';
import { el } from './dom';
import { parse, week } from './hours';
import { portIcon, postIcon } from './icons';
import type { Stretch } from './line';
import { portState } from './mapdata';
import type { State, Store } from './state';
import { hourOfWeek, inWords, weekly } from './week';
import { both, date, km, pair, said, t } from './words';

export type Fact = [string, string | Node];

const reach = 50; // kilometres along the line to look for ports and posts
const most = 8;

export function portFacts(p: Port): Fact[] {
  const open = (is: boolean | null) => t(is === null ? 'unknown' : is ? 'open' : 'closed');
  return [
    ['km', `${km(p.km)}${p.part === 'alaska' ? ' (Alaska)' : ''}`],
    [t('portOpenNow'), p.closed ? t('closedForGood') : both(pair(t('sideCA'), open(p.open_ca)), pair(t('sideUS'), open(p.open_us)))],
    [t('given'), hours(p)],
    [t('note'), p.note ?? ''],
  ];
}

export function postFacts(p: Post): Fact[] {
  const at = p.km_to > p.km_from ? `${km(p.km_from)}–${km(p.km_to)}` : km(p.km_from);
  const active = [p.active_from && date(p.active_from.slice(0, 10)), p.active_to ? date(p.active_to.slice(0, 10)) : t('always')].filter(Boolean).join(' – ');
  return [[t('kind'), said(p.kind)], [t('agency'), p.agency], ['km', `${at}${p.part === 'alaska' ? ' (Alaska)' : ''}`], [t('active'), active]];
}

// portWeeks are the hours of both halves in the week of the day, as pictures; one
// that is not known has none.
export function portWeeks(p: Port, state: State): Node | null {
  const at = instant(state);
  const sides = ([['sideCA', p.hours_ca, p.zone_ca], ['sideUS', p.hours_us, p.zone_us]] as const).flatMap(([side, text, zone]) => {
    const hours = parse(text);
    if (!hours || !zone || p.closed) return [];
    return [weekly({ title: t('hoursOf', { side: t(side), zone: zoneName(zone) }), kind: 'open', shares: week(hours, state.day), now: hourOfWeek(at, zone), also: hours.holidays ? t('holidaysDiffer') : '' })];
  });
  return sides.length === 0 ? null : el('div', { class: 'weeks' }, ...sides, el('p', { class: 'soft' }, t('weekKeyOpen')));
}

// instant is the one that a state asks about.
export const instant = (state: State) => new Date(state.hour === '' ? `${state.day}T23:59:59Z` : when(state));

// zoneName is how people call a zone: by its town.
export const zoneName = (zone: string) => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

const hours = (p: Port) => (p.closed ? t('closedForGood') : [p.hours_ca && `${t('sideCA')} ${p.hours_ca}`, p.hours_us && `${t('sideUS')} ${p.hours_us}`].filter(Boolean).join('; '));

// thisWeek are the hours of both halves in the week of the day, in words.
function thisWeek(p: Port, state: State): string {
  if (p.closed) return t('closedForGood');
  const side = (text: string | null) => {
    const read = parse(text);
    return read ? inWords({ kind: 'open', shares: week(read, state.day) }) : (text ?? t('unknown'));
  };
  const ca = side(p.hours_ca), us = side(p.hours_us);
  return ca === us ? `${t('bothSides')} ${ca}` : both(`${t('sideCA')} ${ca}`, `${t('sideUS')} ${us}`);
}

// near are the ports and the posts near a stretch, each a button that opens it.
export function near(s: Snapshot, stretch: Stretch, state: State, store: Store): Node[] {
  const sorted = <R extends { part: string; from: number; to: number }>(all: R[]) => {
    const away = (r: R) => Math.max(0, stretch.from - r.to, r.from - stretch.to);
    return all.filter((r) => r.part === stretch.part && away(r) <= reach).sort((a, b) => away(a) - away(b)).slice(0, most);
  };
  const row = (icon: Node, pick: string, name: string, rest: string) =>
    el('li', {}, icon, el('span', {}, el('button', { class: 'pick', click: () => store.set({ pick }) }, name), rest));
  const ports = sorted(s.ports.map((p) => ({ p, part: p.part, from: p.km, to: p.km }))), posts = sorted(s.posts.map((p) => ({ p, part: p.part, from: p.km_from, to: p.km_to })));
  return [
    s.ports.length > 0 && el('section', { class: 'near' }, el('h3', {}, t('ports')),
      ports.length === 0 ? el('p', {}, t('noPorts')) : el('ul', {}, ...ports.map(({ p }) => row(portIcon(portState(p)), `port:${p.id}`, p.name ?? p.id, `, km ${km(p.km)} · ${thisWeek(p, state)}`)))),
    posts.length > 0 && el('section', { class: 'near' }, el('h3', {}, t('posts')),
      el('ul', {}, ...posts.map(({ p }) => row(postIcon(), `post:${p.id}`, p.name, `, km ${km(p.km_from)} · ${said(p.kind)}, ${p.agency}`)))),
  ].filter((x): x is HTMLElement => Boolean(x));
}
