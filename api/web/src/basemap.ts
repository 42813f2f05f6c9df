// The style of the map: land and water from our own file, no tiles, no fonts.
import { addressed } from './assets';
import { border, land, water } from './palette';
import type { StyleSpecification } from 'maplibre-gl';

export function style(): StyleSpecification {
  return {
    version: 8,
    sources: { base: { type: 'geojson', data: addressed, tolerance: 0.2 } },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': water } },
      { id: 'land', type: 'fill', source: 'base', filter: ['==', ['get', 'kind'], 'land'], paint: { 'fill-color': land } },
      { id: 'lake', type: 'fill', source: 'base', filter: ['==', ['get', 'kind'], 'lake'], paint: { 'fill-color': water } },
      { id: 'border', type: 'line', source: 'base', filter: ['==', ['get', 'kind'], 'border'], paint: { 'line-color': border, 'line-width': 0.8 } },
    ],
  };
}
