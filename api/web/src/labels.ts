// Names and the words of flags, as HTML over the map: provinces and states, towns,
// and the strongest flags. All of it is also in the table, so it is hidden from
// screen readers, who would hear it twice.
import { Marker, type LngLatLike, type Map as Chart } from 'maplibre-gl';
import type { Hotspot, Placed } from './api';
import { el } from './dom';
import type { Line } from './line';
import { middle } from './mapdata';
import { towns } from './places';
import { number, said } from './words';

const small = ['VT', 'NH', 'MA', 'CT', 'RI', 'NJ', 'DE', 'MD', 'PE', 'NB', 'NS', 'ME'];
const most = 10; // flags with words; all have an icon

export class Labels {
  #flags: Marker[] = [];
  #places: [number, number][] = []; // of ports and posts
  #names: { marker: Marker; zoom: number }[] = [];

  constructor(readonly chart: Chart, basemap: string, readonly open: (id: string) => void) {
    for (const [name, lon, lat, zoom] of towns) this.#name(name, 'town', lon, lat, zoom);
    void this.#regions(basemap);
    chart.on('zoom', () => this.#sift());
    chart.on('moveend', () => this.#clear());
    this.#sift();
  }

  async #regions(basemap: string): Promise<void> {
    const answer = await fetch(basemap).catch(() => null);
    if (!answer?.ok) return;
    const { features } = (await answer.json()) as GeoJSON.FeatureCollection<GeoJSON.Point, { kind: string; code: string }>;
    for (const f of features) {
      const [lon = 0, lat = 0] = f.geometry.coordinates;
      if (f.properties.kind === 'region') this.#name(f.properties.code, 'region', lon, lat, small.includes(f.properties.code) ? 4.2 : 2.4);
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

  // clear hides the words that would lie over those of a stronger flag, over the icon of
  // another, or over the edge.
  #clear(): void {
    const edge = this.chart.getContainer().getBoundingClientRect(), taken: DOMRect[] = [];
    const controls = [...document.querySelectorAll('.legend')].map((x) => x.getBoundingClientRect());
    const icons = this.#icons(edge);
    for (const [i, marker] of this.#flags.entries()) {
      // What lies under its own icon is hidden anyway.
      const own = icons.slice(i, i + 1), others = icons.slice(0, this.#flags.length).filter((r) => free(r, own));
      const now = marker.getElement().getBoundingClientRect(), across = -now.width - 2 * beside[0], below = now.height - 2 * beside[1];
      const inside = (r: DOMRect) => r.left >= edge.left && r.right <= edge.right && r.top >= edge.top && r.bottom <= edge.bottom;
      place(marker, beside, [[0, 0], [0, below], [across, 0], [across, below]], (r) => inside(r) && free(r, [...taken, ...controls, ...others]), taken);
    }
    this.#clearNames([...taken, ...controls, ...icons]);
  }

  // icons are where the icons of flags lie, in their order, and then those of ports and posts.
  #icons(edge: DOMRect): DOMRect[] {
    const box = (at: LngLatLike, r: number) => {
      const { x, y } = this.chart.project(at);
      return new DOMRect(edge.left + x - r, edge.top + y - r, 2 * r, 2 * r);
    };
    return [...this.#flags.map((m) => box(m.getLngLat(), 11)), ...(this.chart.getZoom() < 4 ? [] : this.#places.map((at) => box(at, 6)))];
  }

  // clearNames hides the names that would lie over what says more, or over another.
  #clearNames(taken: DOMRect[]): void {
    for (const { marker } of this.#names) {
      const element = marker.getElement();
      if (element.hidden) continue;
      place(marker, [0, 0], element.classList.contains('town') ? [[0, 0], [0, -13], [0, 13]] : [[0, 0]], (r) => free(r, taken), taken);
    }
  }

  show(line: Line, flags: Placed<Hotspot>[], places: Placed<object>[]): void {
    this.#places = places.flatMap((p) => (p.shape?.type === 'Point' ? [[p.shape.coordinates[0] ?? 0, p.shape.coordinates[1] ?? 0] as [number, number]] : []));
    for (const marker of this.#flags) marker.remove();
    this.#flags = [...flags].sort((a, b) => b.score - a.score).slice(0, most).map((f) => {
      const element = el('div', { class: `flag ${f.level}`, click: (event: Event) => { event.stopPropagation(); this.open(f.id); } },
        el('b', {}, `${said(f.level)}, ${said(f.label)}`), el('span', {}, `km ${f.km_from}–${f.km_to} · ${number(f.observed)} / ${number(f.expected)}`));
      const marker = new Marker({ element, anchor: 'bottom-left', offset: beside }).setLngLat(middle(line, f)).addTo(this.chart);
      hide(element);
      return marker;
    });
    this.#clear();
  }
}

const beside: [number, number] = [10, -6]; // where the words of a flag stand first

const free = (r: DOMRect, taken: DOMRect[]) => !taken.some((o) => r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom);

// place puts a marker at the first of some places, counted from its first one, that is
// good, or hides it.
function place(marker: Marker, first: [number, number], places: [number, number][], good: (r: DOMRect) => boolean, taken: DOMRect[]): void {
  const element = marker.getElement(), now = element.getBoundingClientRect(), is = marker.getOffset();
  for (const [dx, dy] of places) {
    const x = first[0] + dx, y = first[1] + dy, r = new DOMRect(now.x + x - is.x, now.y + y - is.y, now.width, now.height);
    if (!good(r)) continue;
    if (x !== is.x || y !== is.y) marker.setOffset([x, y]);
    element.style.visibility = 'visible';
    taken.push(r);
    return;
  }
  element.style.visibility = 'hidden';
}

function hide(element: HTMLElement): void {
  for (const name of ['role', 'aria-label', 'tabindex']) element.removeAttribute(name);
  element.setAttribute('aria-hidden', 'true');
}
