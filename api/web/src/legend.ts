// The legend: always there, with unit, window and baseline, and the choice of layer.
import type { Snapshot } from './data';
import { el, picture } from './dom';
import { drawHatch, flagIcon, portIcon, type PortState } from './icons';
import { portStates } from './layers';
import { blues, level, look, paper } from './palette';
import { layers, levels, type Layer, type State, type Store } from './state';
import { date, number, said, t, type Word } from './words';

const portWords: Record<PortState, Word> = { open: 'portOpen', closed: 'portClosed', mixed: 'portMixed', unknown: 'portUnknown' };

export function legend(holder: HTMLElement, store: Store, s: Snapshot | null): void {
  const state = store.state;
  const choice = el('select', { id: 'layer', change: (e: Event) => store.set({ layer: (e.target as HTMLSelectElement).value as Layer }) },
    ...layers.map((l) => el('option', { value: l, selected: l === state.layer }, t(l))));
  holder.replaceChildren(
    el('div', { class: 'legend', role: 'group', 'aria-label': t('legend') },
      el('div', { class: 'row' }, el('label', { for: 'layer' }, t('layer')), choice),
      el('ul', {}, ...keys(state, s)),
      el('p', {}, s ? `${t('unitIs', { unit: t(s.unit) })}. ${t('windowIs', { day: date(state.day) })}` : '', ' ', t('baseline'))));
}

const row = (sample: Node, text: string) => el('li', {}, sample, el('span', {}, text));

function keys(state: State, s: Snapshot | null): Node[] {
  const list = own(state, s);
  if (state.layer !== 'level') list.push(...levelIcons());
  if (s && s.ports.length > 0) list.push(...portStates.map((p) => row(portIcon(p), t(portWords[p]))));
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
      return [row(ramp(), `0 – 100 %: ${t('complete')}`), row(hatch(), t('silent'))];
    case 'guard':
      return [true, false].map((guarded) => {
        const l = look('guard', { ...nothing, guarded }, 0);
        return row(sample(l.colour, l.width, l.dash), t(guarded ? 'guarded' : 'unguarded'));
      }).concat(row(hatch(), t('unknown')));
    case 'density': {
      const most = Math.max(0, ...(s?.segments.map((x) => x.observed ?? 0) ?? []));
      return [row(ramp(), `0 – ${number(most)} ${t('perWindow', { unit: s ? t(s.unit) : '', days: 28 })}`), row(hatch(), t('unknown'))];
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

const ramp = () => picture(66, 14, (c) => blues.forEach((colour, i) => {
  c.fillStyle = colour;
  c.fillRect(i * 11, 1, 11, 12);
}));

const hatch = () => picture(34, 14, (c) => {
  c.fillStyle = paper;
  drawHatch(c, 0, 1, 34, 12);
});
