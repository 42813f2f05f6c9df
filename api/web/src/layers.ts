// The layers of the frontier, from below: a light casing, the line in its states,
// what is brushed, picked and pointed at, then ports and flags.
import type { LayerSpecification } from 'maplibre-gl';
import { drawFlag, drawHatch, drawPort, drawPost, image, type PortState } from './icons';
import { accent, guardedColour, ink, paper } from './palette';
import { levels } from './state';

export const portStates: PortState[] = ['open', 'closed', 'mixed', 'unknown'];

export function images(): [string, ImageData][] {
  return [
    ['hatch', image(8, (c) => drawHatch(c, 0, 0, 8, 8))],
    ...levels.map((l): [string, ImageData] => [`flag-${l}`, image(26, (c) => drawFlag(c, l, 13, 13, 10))]),
    ['post', image(14, (c) => drawPost(c, 7, 6.5, 5))],
    ...portStates.map((s): [string, ImageData] => [`port-${s}`, image(14, (c) => drawPort(c, s, 7, 7, 5))]),
  ];
}

type Line = Extract<LayerSpecification, { type: 'line' }>;

const line = (id: string, paint: Line['paint'], filter?: Line['filter']): Line =>
  ({ id, type: 'line', source: 'segments', layout: { 'line-cap': 'butt', 'line-join': 'round', 'line-sort-key': ['get', 'rank'] }, paint: paint ?? {}, ...(filter ? { filter } : {}) });

// wide is a width that grows as one comes near; also is added to it.
const wide = (also: number) => ['interpolate', ['linear'], ['zoom'], 2, ['+', ['*', 0.7, ['get', 'w']], also], 8, ['+', ['*', 1.4, ['get', 'w']], also]] as never;

export function frontierLayers(): LayerSpecification[] {
  return [
    line('brushed', { 'line-color': '#b5cfe9', 'line-width': 18 }, ['in', ['id'], ['literal', []]]),
    line('casing', { 'line-color': paper, 'line-width': wide(2.5) }),
    line('solid', { 'line-color': ['get', 'c'], 'line-width': wide(0) }, ['all', ['!', ['get', 'hatch']], ['!', ['get', 'dash']]]),
    line('dashed', { 'line-color': ['get', 'c'], 'line-width': wide(0), 'line-dasharray': [1.6, 0.8] }, ['get', 'dash']),
    line('hatched', { 'line-pattern': 'hatch', 'line-width': wide(0) }, ['get', 'hatch']),
    line('pointed', { 'line-color': accent, 'line-width': ['case', ['boolean', ['feature-state', 'hover'], false], 5, 0] }),
    line('picked', { 'line-color': ink, 'line-width': 2.5, 'line-gap-width': 12 }, ['in', ['id'], ['literal', []]]),
    line('reach', { 'line-color': ink, 'line-opacity': 0, 'line-width': 14 }),
    // A post whose beat is a stretch is a line; one at a point is an icon.
    { id: 'beats', type: 'line', source: 'posts', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': guardedColour, 'line-width': 2, 'line-offset': 7 } },
    { id: 'posts', type: 'symbol', source: 'posts', minzoom: 4, filter: ['==', ['geometry-type'], 'Point'], layout: { 'icon-image': 'post', 'icon-size': ['interpolate', ['linear'], ['zoom'], 4, 0.55, 8, 1.1], 'icon-allow-overlap': true } },
    { id: 'ports', type: 'symbol', source: 'ports', minzoom: 4, layout: { 'icon-image': ['get', 'icon'], 'icon-size': ['interpolate', ['linear'], ['zoom'], 4, 0.5, 8, 1.1], 'icon-allow-overlap': true } },
    // Where icons lie over each other the one with the highest order is on top.
    { id: 'flags', type: 'symbol', source: 'flags', layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': ['get', 'order'] } },
  ];
}
