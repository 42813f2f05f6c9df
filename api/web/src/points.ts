// Reports as points, on the layer of counts. Few are fetched as they are; above 5,000
// the map takes tiles, in which the server has gathered them.
import type { Map as Chart, GeoJSONSource } from 'maplibre-gl';
import { address, ask, features } from './api';
import { knownAt, windowDays, type Snapshot } from './data';
import { dayNumber, dayText } from './days';
import { guardedColour, paper } from './palette';
import type { State } from './state';

export const mostPoints = 5000;

export interface Counted { n: number; tiled: boolean }

const none = { type: 'FeatureCollection' as const, features: [] };

export class Points {
  counted: Counted | null = null;
  #asked = '';
  #run: AbortController | null = null;

  constructor(readonly chart: Chart, readonly changed: () => void) {
    chart.addSource('points', { type: 'geojson', data: none });
    chart.addLayer(circles('points', 'points', 'count_best'), 'ports');
  }

  // show asks for the reports of the window where the layer wants them; what is on the
  // map already is not asked for again, but with fresh, when something has arrived.
  show(s: Snapshot, state: State): void {
    const from = dayText(dayNumber(s.day) - windowDays(state) + 1);
    const question = { datetime: `${from}/${s.day}`, unit: s.unit, asOf: knownAt(state) };
    const asked = state.layer === 'density' ? JSON.stringify([question, s.at]) : '';
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#run?.abort();
    const run = (this.#run = new AbortController());
    if (asked === '') return this.#draw(null, null);
    void this.#load(question, run.signal).catch(() => { if (!run.signal.aborted) this.#draw(null, null); });
  }

  async #load(question: Record<string, string>, signal: AbortSignal): Promise<void> {
    const answer = await ask(address('collections/reports/items', { ...question, limit: '1' }), signal);
    const n = Number(answer.headers.get('OGC-NumberMatched') ?? ((await answer.json()) as { numberMatched?: number }).numberMatched ?? 0);
    if (n > mostPoints) return this.#draw({ n, tiled: true }, tiles(question));
    const found = await features<{ count_best: number }>('reports', { ...question, limit: String(mostPoints), properties: 'count_best' }, signal);
    const at = found.flatMap((r) => (r.shape?.type === 'Point' ? [{ type: 'Feature' as const, geometry: r.shape, properties: { count_best: r.count_best } }] : []));
    if (!signal.aborted) this.#draw({ n: at.length, tiled: false }, { type: 'FeatureCollection', features: at });
  }

  #draw(counted: Counted | null, what: string | GeoJSON.FeatureCollection | null): void {
    const { chart } = this, source = chart.getSource('points') as GeoJSONSource;
    if (chart.getLayer('tiled')) chart.removeLayer('tiled');
    if (chart.getSource('tiled')) chart.removeSource('tiled');
    if (typeof what === 'string') {
      chart.addSource('tiled', { type: 'vector', tiles: [what], maxzoom: 14 });
      chart.addLayer({ ...circles('tiled', 'tiled', 'reports'), 'source-layer': 'reports' }, 'ports');
    }
    source.setData(what === null || typeof what === 'string' ? none : what);
    this.counted = counted;
    this.changed();
  }
}

// tiles is the template of the addresses of tiles. What was known when they do not ask.
function tiles(question: Record<string, string>): string {
  const at = address('tiles/Z/X/Y.mvt', { layers: 'reports', datetime: question.datetime ?? '', unit: question.unit ?? '' });
  return at.href.replace('/Z/X/Y.mvt', '/{z}/{x}/{y}.mvt');
}

function circles(id: string, source: string, count: string) {
  const n = ['coalesce', ['get', count], 1];
  return {
    id, source, type: 'circle' as const, filter: ['==', ['geometry-type'], 'Point'] as never,
    paint: {
      'circle-color': guardedColour, 'circle-opacity': 0.55, 'circle-stroke-color': paper, 'circle-stroke-width': 1,
      'circle-radius': ['interpolate', ['linear'], ['sqrt', n], 0, 2.5, 5, 6, 30, 16] as never,
    },
  };
}
