// Another's page: MapLibre as anybody would use it, on an origin of its own, with
// items as GeoJSON and tiles from the running API.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { able, limit, patience, start } from './harness.mjs';

const dist = join(dirname(createRequire(import.meta.url).resolve('maplibre-gl/package.json')), 'dist');
const ready = able && existsSync(dist) ? false : 'skipped: no Chromium, or maplibre-gl is not installed';

const page = (api) => `<!doctype html><meta charset="utf-8"><title>Another's map</title>
<style>html, body, #map { margin: 0; height: 100% }</style><div id="map"></div>
<script type="module">
import * as library from '/maplibre-gl.mjs';
const maplibregl = library.default ?? library;
const map = new maplibregl.Map({ container: 'map', center: [-97.2, 49], zoom: 9, fadeDuration: 0, style: { version: 8, sources: {}, layers: [] } });
window.map = map;
map.on('error', (e) => (window.complaints ??= []).push(String(e.error?.message ?? e.error)));
map.on('load', async () => {
  const tiles = await (await fetch('${api}tiles.json')).json();
  map.addSource('tiles', { type: 'vector', tiles: tiles.tiles, minzoom: tiles.minzoom, maxzoom: tiles.maxzoom });
  map.addSource('items', { type: 'geojson', data: '${api}collections/segments/items?bbox=-98,48.8,-96.5,49.2', promoteId: 'fid' });
  map.addSource('reports', { type: 'geojson', data: '${api}collections/reports/items?limit=500&filter=' + encodeURIComponent("S_WITHIN(geometry,BBOX(-98,48.8,-96.5,49.2))") });
  for (const layer of tiles.vector_layers) {
    map.addLayer({ id: 'tile-' + layer.id, type: 'circle', source: 'tiles', 'source-layer': layer.id });
    map.addLayer({ id: 'tileline-' + layer.id, type: 'line', source: 'tiles', 'source-layer': layer.id });
  }
  map.addLayer({ id: 'items', type: 'line', source: 'items', paint: { 'line-width': 6, 'line-color': '#b3261e' } });
  map.addLayer({ id: 'reports', type: 'circle', source: 'reports', paint: { 'circle-radius': 5 } });
  map.once('idle', () => { window.drawn = tiles.vector_layers.map((l) => l.id); });
});
</script>`;

// documented is the page that the documentation shows, with this server in it.
const documented = (api) => {
  const text = readFileSync(new URL('../../../cmd/frontierwatch/docs/map-developers.md', import.meta.url), 'utf8');
  const script = /```js\n(const map = new maplibregl[^]*?)```/.exec(text)[1];
  return `<!doctype html><meta charset="utf-8"><title>As documented</title>
<style>html, body, #map { margin: 0; height: 100% }</style><div id="map"></div>
<script type="module">
import * as library from '/maplibre-gl.mjs';
const maplibregl = library.default ?? library;
${script.replaceAll('http://127.0.0.1:8080/', api)}
window.map = map;
</script>`;
};

let world, host, at;
before(async () => {
  if (ready) return;
  world = await start();
  const script = readFileSync(join(dist, existsSync(join(dist, 'maplibre-gl.mjs')) ? 'maplibre-gl.mjs' : 'maplibre-gl.js'));
  host = createServer((req, res) => {
    const name = new URL(req.url, 'http://x').pathname;
    const file = join(dist, name.slice(1));
    if (name === '/') return res.setHeader('Content-Type', 'text/html').end(page(world.api));
    if (name === '/documented') return res.setHeader('Content-Type', 'text/html').end(documented(world.api));
    if (name === '/maplibre-gl.mjs') return res.setHeader('Content-Type', 'text/javascript').end(script);
    if (/^\/[\w.-]+\.m?js$/.test(name) && existsSync(file)) return res.setHeader('Content-Type', 'text/javascript').end(readFileSync(file));
    res.writeHead(404).end();
  });
  await new Promise((done) => host.listen(0, '127.0.0.1', done));
  at = `http://127.0.0.1:${host.address().port}/`;
});
after(async () => {
  host?.close();
  await world?.end();
});

test('a MapLibre page of another origin shows items and tiles', { skip: ready, timeout: limit }, async () => {
  const context = await world.browser.newContext({ viewport: { width: 900, height: 700 } });
  const tab = await context.newPage();
  const answers = [], complaints = [];
  tab.on('response', (r) => r.url().startsWith(world.api) && answers.push([r.status(), new URL(r.url()).pathname]));
  tab.on('pageerror', (e) => complaints.push(String(e)));
  tab.on('console', (m) => m.type() === 'error' && !/favicon/.test(m.location().url) && complaints.push(m.text()));
  const tile = tab.waitForResponse((r) => r.url().startsWith(world.api) && r.url().includes('.mvt'), { timeout: patience }); // a worker asks: it is told of late
  await tab.goto(at, { timeout: patience });
  await tab.waitForFunction(() => window.drawn || window.complaints, null, { timeout: patience });
  await tile;
  const seen = await tab.evaluate(() => ({
    complaints: window.complaints ?? [], layers: window.drawn,
    items: map.queryRenderedFeatures({ layers: ['items'] }).map((f) => ({ id: f.id, fid: f.properties.fid, segment: f.properties.name })),
    reports: map.queryRenderedFeatures({ layers: ['reports'] }).length,
    tiles: Object.fromEntries(window.drawn.map((id) => [id, map.querySourceFeatures('tiles', { sourceLayer: id }).map((f) => f.id)])),
  }));
  assert.deepEqual([...seen.complaints, ...complaints], []);
  assert.ok(seen.items.length > 5, `${seen.items.length} segments are drawn`);
  assert.ok(seen.items.every((f) => Number.isInteger(f.id) && f.id === f.fid), 'ids are numbers, so that a feature can have a state');
  assert.ok(seen.reports > 0, 'no report is drawn');
  assert.ok(seen.tiles.segments?.length > 5 && seen.tiles.segments.every(Number.isInteger), `tiles hold ${JSON.stringify(seen.tiles).slice(0, 200)}`);
  assert.ok(answers.some(([status, path]) => status === 200 && path.endsWith('.mvt')), 'no tile was answered');
  assert.ok(answers.every(([status]) => status === 200 || status === 204), JSON.stringify(answers.filter(([s]) => s > 204)));
  await context.close();
});

test('the page that the documentation shows draws segments and flags', { skip: ready, timeout: limit }, async () => {
  const context = await world.browser.newContext({ viewport: { width: 900, height: 700 } });
  const tab = await context.newPage();
  const complaints = [];
  tab.on('pageerror', (e) => complaints.push(String(e)));
  tab.on('console', (m) => m.type() === 'error' && !/favicon/.test(m.location().url) && complaints.push(m.text()));
  await tab.goto(`${at}documented`, { timeout: patience });
  await tab.waitForFunction(() => window.map?.getLayer('flags') && map.loaded(), null, { timeout: patience });
  const [segments, flags] = await tab.evaluate(() => ['segments', 'flags'].map((id) => map.queryRenderedFeatures({ layers: [id] }).length));
  assert.deepEqual(complaints, []);
  assert.ok(segments > 5, `${segments} segments are drawn`);
  assert.ok(flags > 0, 'no flag is drawn');
  await context.close();
});
