// The legend: always there, with unit, window and baseline, and the choice of layer.
import { windowDays, type Snapshot } from './data';
import { el, picture } from './dom';
import { drawHatch, flagIcon, portIcon, postIcon, type PortState } from './icons';
import { portStates } from './layers';
import { blues, guardedColour, level, look, paper } from './palette';
import type { Counted } from './points';
import { layers, levels, type Layer, type State, type Store } from './state';
import { date, number, pair, said, t, type Word } from './words';

const portWords: Record<PortState, Word> = { open: 'portOpen', closed: 'portClosed', mixed: 'portMixed', unknown: 'portUnknown' };

export function legend(holder: HTMLElement, store: Store, s: Snapshot | null, reports: Counted | null = null): void {
  const state = store.state, focused = document.activeElement?.id === 'layer';
  const choice = el('select', { id: 'layer', change: (e: Event) => store.set({ layer: (e.target as HTMLSelectElement).value as Layer }) },
    ...layers.map((l) => el('option', { value: l, selected: l === state.layer }, t(l))));
  holder.replaceChildren(
    el('div', { class: 'legend', role: 'group', 'aria-label': t('legend') },
      el('div', { class: 'row' }, el('label', { for: 'layer' }, t('layer')), choice),
      el('ul', {}, ...keys(state, s, reports)),
      el('p', {}, s ? `${t('unitIs', { unit: t(s.unit) })}. ${windowText(state)}` : '', ' ', t('baseline'))));
  if (focused) document.getElementById('layer')?.focus();
}

// windowText says which window hot spots were looked for in.
export const windowText = (state: State) =>
  state.window === '' ? t('windowIs', { day: date(state.day) }) : t('windowMost', { days: state.window, day: date(state.day) });

const row = (sample: Node, text: string) => el('li', {}, sample, el('span', {}, text));

function keys(state: State, s: Snapshot | null, reports: Counted | null): Node[] {
  const list = own(state, s);
  if (state.layer === 'density' && reports) list.push(row(circle(), t(reports.tiled ? 'reportsTiled' : 'reportsKey', { n: number(reports.n, 0) })));
  if (state.layer !== 'level') list.push(...levelIcons());
  if (s && s.ports.length > 0) list.push(...portStates.map((p) => row(portIcon(p), t(portWords[p]))));
  if (s && s.posts.length > 0) list.push(row(postIcon(), t('postKey')));
  return list;
}

const levelIcons = () => [row(el('span', { class: 'icons' }, ...levels.map(flagIcon)), levels.map(said).join(' – '))];

function own(state: State, s: Snapshot | null): Node[] {
  switch (state.layer) {
    case 'level':
      return [
        ...levels.map((l) => row(el('span', { class: 'icons' }, sample(level[l].colour, level[l].width, level[l].dash), flagIcon(l)), said(l))),
        row(sample(look('level', nothing, 0).colour, 2, false), t('none')),
      ];
    case 'completeness':
      return [row(ramp(), pair('0 – 100 %', t('complete'))), row(hatch(), t('silent'))];
    case 'guard':
      return [true, false].map((guarded) => {
        const l = look('guard', { ...nothing, guarded }, 0);
        return row(sample(l.colour, l.width, l.dash), t(guarded ? 'guarded' : 'unguarded'));
      }).concat(row(hatch(), t('unknown')));
    case 'density': {
      const most = Math.max(0, ...(s?.segments.map((x) => x.observed ?? 0) ?? []));
      return [row(ramp(), `0 – ${number(most)} ${t('perWindow', { unit: s ? t(s.unit) : '', days: windowDays(state) })}`), row(hatch(), t('unknown'))];
    }
  }
}

const nothing = { level: null, completeness: null, guarded: null, observed: null };

const sample = (colour: string, width: number, dash: boolean) => picture(34, 16, (c) => {
  c.strokeStyle = colour;
  c.lineWidth = Math.min(width, 10);
  if (dash) c.setLineDash([width * 1.6, width * 0.8]);
  c.beginPath();
  c.moveTo(0, 8);
  c.lineTo(34, 8);
  c.stroke();
});

const circle = () => picture(18, 18, (c) => {
  c.fillStyle = guardedColour;
  c.globalAlpha = 0.55;
  c.beginPath();
  c.arc(9, 9, 6, 0, 7);
  c.fill();
});

// scale is what the colours of the strip count, with a sample.
export const scale = (s: Snapshot): [HTMLCanvasElement, string] => [ramp(), `0 – ${number(s.grid.most)} ${t('perWeek', { unit: t(s.unit) })}`];

const ramp = () => picture(66, 14, (c) => blues.forEach((colour, i) => {
  c.fillStyle = colour;
  c.fillRect(i * 11, 1, 11, 12);
}));

const hatch = () => picture(34, 14, (c) => {
  c.fillStyle = paper;
  drawHatch(c, 0, 1, 34, 12);
});
