// The map. It shows a snapshot, follows the state, and tells where the pointer is.
import { AttributionControl, Map as Chart, NavigationControl, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from 'maplibre-gl';
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { addressed, licences } from './assets';
import { style } from './basemap';
import { calm, el } from './dom';
import { Labels } from './labels';
import type { Snapshot } from './data';
import { authorization } from './key';
import { frontierLayers, images } from './layers';
import { longestRun, meets, parseBrush, printBrush, type Stretch } from './line';
import { brushing } from './mapbrush';
import { flagShapes, portShapes, postShapes, segmentShapes } from './mapdata';
import type { Hotspot, Placed } from './api';
import { pickedStretch } from './pick';
import { Points, type Counted } from './points';
import type { State, Store } from './state';
import { t } from './words';

export interface Pointed { cut: number; x: number; y: number }

const whole: [number, number, number, number] = [-142, 41, -66, 69.9];
// besideLegend is how much of the right the legend takes, where it lies over the map.
const besideLegend = () => (innerWidth >= 900 ? 270 : 0);

// around is what is left free about all that is first shown: the legend covers nothing of
// it, where there is room for both.
const around = (map: HTMLElement) => ({ top: 16, bottom: 16, left: 16, right: map.clientWidth >= 700 ? Math.max(16, besideLegend()) : 16 });

// onPaper is the room that the map has on a page, 277 by 84 mm, in pixels.
const onPaper = { width: 1047, height: 317 };

const none = { type: 'FeatureCollection' as const, features: [] };

export class FrontierMap {
  readonly chart: Chart;
  readonly #labels: Labels;
  #snapshot: Snapshot | null = null;
  #flags: Placed<Hotspot>[] = [];
  #hover = -1;
  #ready = false;
  #moved = false; // by the reader, or by the address
  pointed: (p: Pointed | null) => void = () => {};
  moved: () => void = () => {};
  counted: () => void = () => {};
  #points: Points | null = null;

  constructor(holder: HTMLElement, readonly store: Store) {
    setWorkerUrl(new URL(worker, document.baseURI).href);
    const [lon, lat, zoom] = store.state.view.split(',').map(Number);
    this.#moved = zoom !== undefined;
    this.chart = new Chart({
      container: holder, style: style(), attributionControl: false, maxZoom: 12, minZoom: 1.5, dragRotate: false, pitchWithRotate: false, boxZoom: false,
      transformRequest: (url) => (new URL(url, document.baseURI).origin === location.origin ? { url, headers: authorization() } : { url }),
      renderWorldCopies: false, fadeDuration: 0, locale: { 'Map.Title': t('map'), 'NavigationControl.ZoomIn': t('zoomIn'), 'NavigationControl.ZoomOut': t('zoomOut') },
      ...(zoom !== undefined ? { center: [lon ?? 0, lat ?? 0], zoom } : { bounds: whole, fitBoundsOptions: { padding: around(holder) } }),
    });
    this.chart.touchZoomRotate.disableRotation();
    this.chart.addControl(new NavigationControl({ showCompass: false }), 'top-left');
    this.chart.addControl(new ScaleControl({ unit: 'metric' }), innerWidth < 900 ? 'top-right' : 'bottom-left');
    this.chart.addControl(new AttributionControl({ compact: false, customAttribution: [t('credit'), `<a href="${licences}">${t('licences')}</a>`] }), 'bottom-right');
    this.#labels = new Labels(this.chart, addressed, (id) => store.set({ pick: `flag:${id}` }));
    brushing(this.chart, (...box) => this.#brush(...box));
    this.chart.on('load', () => this.#begin());
    this.chart.on('movestart', (event) => { this.#moved ||= 'originalEvent' in event && Boolean(event.originalEvent); });
    this.chart.on('moveend', (event) => {
      if (this.#moved && !('own' in event)) this.store.set({ view: this.view() }, false);
      this.moved();
    });
    this.chart.on('resize', () => this.#settle());
    this.chart.on('mousemove', (event) => this.#point(event));
    this.chart.on('mouseout', () => this.hover(-1, true));
    this.chart.on('click', (event) => this.#click(event));
  }

  #begin(): void {
    for (const [name, data] of images()) this.chart.addImage(name, data, { pixelRatio: 2 });
    for (const name of ['segments', 'posts', 'ports', 'flags']) this.chart.addSource(name, { type: 'geojson', data: none, tolerance: 0.1 });
    for (const layer of frontierLayers()) this.chart.addLayer(layer);
    this.#points = new Points(this.chart, () => this.counted());
    this.#ready = true;
    this.#draw();
    document.documentElement.dataset.map = 'ready';
  }

  show(snapshot: Snapshot, flags: Placed<Hotspot>[]): void {
    this.#snapshot = snapshot;
    this.#flags = flags;
    this.#draw();
    if (!this.#settled) this.#settle();
    this.#settled = true;
  }

  #settled = false;
  #give = (name: string, data: GeoJSON.GeoJSON) => (this.chart.getSource(name) as GeoJSONSource).setData(data);

  #draw(): void {
    const s = this.#snapshot;
    if (!this.#ready || !s) return;
    this.#give('segments', segmentShapes(s, this.store.state.layer));
    this.#give('posts', postShapes(s.posts));
    this.#give('ports', portShapes(s.ports));
    this.#points?.show(s, this.store.state);
    this.#give('flags', flagShapes(s.line, this.#flags));
    this.#labels.show(s.line, this.#flags, [...s.ports, ...s.posts]);
    this.choose(this.store.state);
  }

  // choose marks what is picked and brushed.
  choose(state: State): void {
    const s = this.#snapshot;
    if (!this.#ready || !s) return;
    const brush = parseBrush(state.brush), picked = pickedStretch(s, state.pick);
    const ids = (stretch: Stretch | null) => (stretch ? s.line.cuts.flatMap((c, i) => (meets(c, stretch) ? [i] : [])) : []);
    this.chart.setFilter('picked', ['in', ['id'], ['literal', ids(picked)]]);
    this.chart.setFilter('brushed', ['in', ['id'], ['literal', ids(brush)]]);
  }

  // reports are how many are shown as points, and how; null: none are.
  get reports(): Counted | null {
    return this.#points?.counted ?? null;
  }

  // brush takes the longest stretch that lies in a box.
  #brush(west: number, south: number, east: number, north: number): void {
    const s = this.#snapshot;
    const found = s && longestRun(s.line, s.line.cuts.map((c) => c.box[2] >= west && c.box[0] <= east && c.box[3] >= south && c.box[1] <= north));
    if (found) this.store.set({ brush: printBrush(found) });
  }

  hover(cut: number, tell = false): void {
    if (!this.#ready || cut === this.#hover) return;
    if (this.#hover >= 0) this.chart.setFeatureState({ source: 'segments', id: this.#hover }, { hover: false });
    this.#hover = cut;
    if (cut >= 0) this.chart.setFeatureState({ source: 'segments', id: cut }, { hover: true });
    if (tell && cut < 0) this.pointed(null);
  }

  #near(event: MapMouseEvent, ...layers: string[]) {
    const { x, y } = event.point, reach = 8;
    if (!this.#ready) return [];
    return this.chart.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers });
  }

  #point(event: MapMouseEvent): void {
    const [found] = this.#near(event, 'reach'), place = found ?? this.#near(event, 'ports', 'posts')[0];
    this.chart.getCanvas().style.cursor = place ? 'pointer' : '';
    const cut = typeof found?.id === 'number' ? found.id : -1;
    this.hover(cut);
    this.pointed(cut < 0 ? null : { cut, x: event.originalEvent.clientX, y: event.originalEvent.clientY });
  }

  #click(event: MapMouseEvent): void {
    if (event.originalEvent.shiftKey) return;
    for (const kind of ['flag', 'port', 'post']) {
      const [found] = this.#near(event, `${kind}s`);
      if (found) return this.store.set({ pick: `${kind}:${found.properties.id as string}` });
    }
    const [found] = this.#near(event, 'reach');
    const cut = typeof found?.id === 'number' ? this.#snapshot?.line.cuts[found.id] : undefined;
    this.store.set({ pick: cut ? `segment:${cut.id}` : '' });
  }

  // settle shows what the address asks for, or the whole frontier, as long as
  // nobody has moved the map.
  #settle(): void {
    const s = this.#snapshot, { brush, pick } = this.store.state;
    if (this.#moved) return;
    const stretch = parseBrush(brush) ?? (s && pickedStretch(s, pick));
    this.chart.fitBounds(stretch && s ? s.line.box(stretch) : whole, { padding: around(this.chart.getContainer()), maxZoom: stretch ? 7 : 4, animate: false }, { own: true });
  }

  // fit shows a stretch, or the whole frontier.
  fit(stretch: Stretch | null): void {
    this.#moved = true;
    const box = stretch && this.#snapshot ? this.#snapshot.line.box(stretch) : whole;
    this.chart.fitBounds(box, { padding: { top: 60, bottom: 60, left: 60, right: Math.max(60, besideLegend()) }, maxZoom: stretch ? 8 : 4, animate: !calm(), duration: 600 });
  }

  // turn shows the view of the address, after back or forward.
  turn(view: string): void {
    const [lon, lat, zoom] = view.split(',').map(Number);
    if (zoom === undefined) this.chart.fitBounds(whole, { padding: around(this.chart.getContainer()), animate: false }, { own: true });
    else this.chart.jumpTo({ center: [lon ?? 0, lat ?? 0], zoom }, { own: true });
  }

  // view is what the map shows, as the address says it.
  view(): string {
    const { lng, lat } = this.chart.getCenter();
    return `${lng.toFixed(3)},${lat.toFixed(3)},${this.chart.getZoom().toFixed(2)}`;
  }

  // covers says whether a stretch can be seen, and is not a mere dot.
  covers(stretch: Stretch): boolean {
    const s = this.#snapshot, b = this.chart.getBounds();
    if (!s) return true;
    const [west, south, east, north] = s.line.box(stretch);
    return b.getWest() < west && b.getEast() > east && b.getSouth() < south && b.getNorth() > north;
  }

  // print leaves a copy of the map as it is, and says how much smaller it must be for the
  // page: a browser prints nothing of what WebGL has drawn, and does not wait for what a map
  // of another size would have to fetch. afterprint undoes it.
  print(on: boolean): void {
    const holder = this.chart.getContainer(), { width, height } = holder.getBoundingClientRect(), { classList } = document.documentElement;
    if (on === classList.contains('printing')) return; // a preview can be followed by the print
    holder.querySelector('.printmap')?.remove();
    classList.toggle('printing', on);
    holder.setAttribute('style', on ? `width: ${width}px; height: ${height}px; --print: ${Math.min(onPaper.width / width, onPaper.height / height)}` : '');
    if (!on) return;
    this.chart.redraw();
    const drawn = this.chart.getCanvas(), copy = el('canvas', { class: 'printmap', width: drawn.width, height: drawn.height, 'aria-hidden': 'true' });
    copy.getContext('2d')?.drawImage(drawn, 0, 0);
    drawn.after(copy);
  }

  // picture draws once more and hands the canvas over while it still holds what was drawn.
  picture(take: (canvas: HTMLCanvasElement) => Promise<Blob>): Promise<Blob> {
    return new Promise((done, fail) => {
      this.chart.once('render', () => take(this.chart.getCanvas()).then(done, fail));
      this.chart.triggerRepaint();
    });
  }

  // sees are the cuts that lie within the window of the map.
  sees(): boolean[] {
    const b = this.chart.getBounds();
    return this.#snapshot?.line.cuts.map((c) => c.box[2] >= b.getWest() && c.box[0] <= b.getEast() && c.box[3] >= b.getSouth() && c.box[1] <= b.getNorth()) ?? [];
  }
}
