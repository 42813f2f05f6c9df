// Names and the words of flags, as HTML over the map: provinces and states, towns,
// and the strongest flags. All of it is also in the table, so it is hidden from
// screen readers, who would hear it twice.
import { Marker, type Map as Chart } from 'maplibre-gl';
import type { Hotspot, Placed } from './api';
import { el } from './dom';
import type { Line } from './line';
import { middle } from './mapdata';
import { towns } from './places';
import { number, said } from './words';

const most = 10; // flags with words; all have an icon

export class Labels {
  #flags: Marker[] = [];
  #names: { marker: Marker; zoom: number }[] = [];

  constructor(readonly chart: Chart, basemap: string, readonly open: (id: string) => void) {
    for (const [name, lon, lat, zoom] of towns) this.#name(name, 'town', lon, lat, zoom);
    void this.#regions(basemap);
    chart.on('zoom', () => this.#sift());
    this.#sift();
  }

  async #regions(basemap: string): Promise<void> {
    const answer = await fetch(basemap).catch(() => null);
    if (!answer?.ok) return;
    const { features } = (await answer.json()) as GeoJSON.FeatureCollection<GeoJSON.Point, { kind: string; code: string }>;
    for (const f of features) {
      const [lon = 0, lat = 0] = f.geometry.coordinates;
      if (f.properties.kind === 'region') this.#name(f.properties.code, 'region', lon, lat, 2.4);
    }
    this.#sift();
  }

  #name(text: string, kind: string, lon: number, lat: number, zoom: number): void {
    const element = el('div', { class: `name ${kind}` }, text);
    const marker = new Marker({ element, anchor: kind === 'town' ? 'left' : 'center' }).setLngLat([lon, lat]).addTo(this.chart);
    hide(element);
    this.#names.push({ marker, zoom });
  }

  // sift hides the names that would crowd the map from afar.
  #sift(): void {
    const zoom = this.chart.getZoom();
    for (const n of this.#names) n.marker.getElement().hidden = n.zoom > zoom;
  }

  flags(line: Line, flags: Placed<Hotspot>[]): void {
    for (const marker of this.#flags) marker.remove();
    this.#flags = [...flags].sort((a, b) => b.score - a.score).slice(0, most).map((f) => {
      const element = el('div', { class: `flag ${f.level}`, click: (event: Event) => { event.stopPropagation(); this.open(f.id); } },
        el('b', {}, `${said(f.level)}, ${said(f.label)}`), el('span', {}, `km ${f.km_from}–${f.km_to} · ${number(f.observed)} / ${number(f.expected)}`));
      const marker = new Marker({ element, anchor: 'bottom-left', offset: [10, -6] }).setLngLat(middle(line, f)).addTo(this.chart);
      hide(element);
      return marker;
    });
  }
}

function hide(element: HTMLElement): void {
  for (const name of ['role', 'aria-label', 'tabindex']) element.removeAttribute(name);
  element.setAttribute('aria-hidden', 'true');
}
