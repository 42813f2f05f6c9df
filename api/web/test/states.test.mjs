// What the page says when there is nothing to show, when answers fail, and what it
// gives away: exports and prints.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { able, chromiumAt, drawn, open, ready, shoot, start } from './harness.mjs';

const march = '#day=2017-03-05&known=day';
let world;

before(async () => { if (able) world = await start(); });
after(async () => { await world?.end(); });

function check(name, run) {
  test(name, { skip: able ? false : `no Chromium at ${chromiumAt}`, timeout: 120_000 }, run);
}

const empty = { type: 'FeatureCollection', features: [], links: [], numberMatched: 0, numberReturned: 0, timeStamp: '2017-03-05T00:00:00Z' };
const json = (body) => ({ status: 200, contentType: 'application/geo+json', body: JSON.stringify(body) });

test('the first paint is at most 300 kB besides the map library', () => {
  const folder = new URL('../dist/assets/', import.meta.url);
  const size = readdirSync(folder).filter((name) => !name.startsWith('maplibre')).reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0);
  assert.ok(size > 20_000 && size <= 300_000, `${size} bytes`);
});

test('nothing that is built names an address elsewhere that it would load', () => {
  const page = readFileSync(new URL('../dist/index.html', import.meta.url), 'utf8');
  assert.doesNotMatch(page, /(src|href)="(https?:)?\/\//);
  assert.doesNotMatch(page, /<style|style=|<script>/);
});

check('a day without flags says that this is not safety, and where reports are', async () => {
  const { page, context } = await open(world, '#day=2026-01-01');
  await ready(page);
  const said = await page.locator('body').innerText();
  assert.ok(said.includes('No flags on this day.') && said.includes('does not mean that nothing happens'), said);
  await page.getByRole('button', { name: 'Go there' }).click();
  await ready(page);
  await page.waitForFunction(() => location.hash.includes('day=2024-'));
  await shoot(page, 'empty');
  await context.close();
});

check('an empty store says so', async () => {
  const { page, context } = await open(world);
  await page.route(/collections\/(reports|flags|hotspots)\/items/, (r) => r.fulfill(json(empty)));
  await page.goto('about:blank');
  await page.goto(world.map);
  await ready(page);
  assert.ok((await page.locator('.notice').innerText()).includes('No report has arrived yet'));
  await context.close();
});

check('a refusal and a lost connection keep what was shown, and it can be tried again', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  await page.route('**/collections/flags/items*', (r) => r.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"busy","detail":"the store is busy"}' }));
  await page.getByRole('button', { name: 'One day on' }).click();
  await page.waitForFunction(() => document.body.dataset.status === 'refused');
  assert.ok((await page.locator('.notice').innerText()).includes('the store is busy'));
  assert.equal(await page.locator('#list tbody tr').count(), 2);
  await page.unroute('**/collections/flags/items*');
  await context.setOffline(true);
  await page.waitForFunction(() => document.body.dataset.status === 'offline');
  assert.ok((await page.locator('.badges').innerText()).includes('stale'));
  await shoot(page, 'offline');
  await context.setOffline(false);
  await ready(page);
  assert.equal(await page.locator('.notice:visible').count(), 0);
  await context.close();
});

check('a reader who may not see ports and reports still sees flags', async () => {
  const { page, context } = await open(world);
  await page.route(/collections\/(reports|ports)\/items/, (r) => r.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"title":"not for you"}' }));
  await page.goto('about:blank');
  await page.goto(world.map + march);
  await ready(page);
  assert.equal(await page.locator('#list tbody tr').count(), 2);
  await context.close();
});

check('without WebGL the strip and the table still work', async () => {
  const { page, context } = await open(world, '');
  await page.addInitScript(() => {
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest); };
  });
  await page.goto('about:blank');
  await page.goto(world.map + march);
  await ready(page);
  await page.waitForSelector('.nomap');
  assert.equal(await page.locator('#list tbody tr').count(), 2);
  await context.close();
});

check('ports show whether they are open, by shape', async () => {
  const { page, context } = await open(world, '');
  const port = (id, km, lon, open_ca, open_us) => ({
    type: 'Feature', id, geometry: { type: 'Point', coordinates: [lon, 49] },
    properties: { name: id, part: 'main', km, hours_ca: 'Mo-Su 08:00-22:00', hours_us: '24/7', open_ca, open_us, mismatch: open_ca !== null && open_ca !== open_us },
  });
  const ports = [port('Altona', 4300, -97.55, false, true), port('Emerson', 4279, -97.24, true, true), port('Gretna', 4305, -97.7, false, false), port('Tolstoi', 4240, -96.8, null, null)];
  await page.route('**/collections/ports/items*', (r) => r.fulfill(json({ ...empty, features: ports })));
  await page.goto('about:blank');
  await page.goto(`${world.map}${march}&pick=flag:main-0427-detections-20161220&layer=guard`);
  await ready(page);
  await drawn(page);
  await page.waitForTimeout(600);
  const near = await page.locator('.near li').allInnerTexts();
  assert.match(near[0], /^Emerson, km 4279 · Canada every day 8–22 h; United States 24\/7/);
  assert.equal(near.length, 4);
  assert.ok((await page.locator('.legend').innerText()).includes('port open on one side'));
  await shoot(page, 'ports');
  await context.close();
});

check('10,000 flags stay smooth', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  const answer = await (await fetch(`${world.api}collections/flags/items?datetime=2017-03-05&asOf=2017-03-05T23:59:59Z`)).json();
  const features = Array.from({ length: 10_000 }, (_, i) => ({ ...answer.features[i % 2], geometry: null, id: `f-${i}`, properties: { ...answer.features[i % 2].properties, km_from: (i % 640) * 10, km_to: (i % 640) * 10 + 10, score: i % 97 } }));
  await page.route('**/collections/flags/items*', (r) => r.fulfill(json({ ...empty, features })));
  const begin = Date.now();
  await page.getByRole('button', { name: 'One day on' }).click();
  await page.waitForFunction(() => document.querySelector('#tab-flags')?.textContent?.includes('10000'));
  const took = Date.now() - begin;
  assert.ok(took < 5000, `${took} ms`);
  assert.equal(await page.locator('#list tbody tr').count(), 100);
  const slowest = await page.evaluate(async () => {
    const sort = document.getElementById('sort-observed');
    const begin = performance.now();
    sort.click();
    await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - begin;
  });
  assert.ok(slowest < 1500, `sorting took ${slowest} ms`);
  await context.close();
});

check('exports carry title, time, unit, marking and caveats', async () => {
  const { page, context, complaints } = await open(world, march);
  await ready(page);
  await drawn(page);
  const take = async (id) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#${id}`)]);
    return readFileSync(await download.path());
  };
  const csv = (await take('csv')).toString();
  for (const word of ['# frontierwatch: Flags, 5 Mar 2017 (Show: Level)', 'Unit: detections', '2017-03-05T23:59:59Z', 'TLP:CLEAR', 'No report is not zero', 'main-0427-detections-20161220']) assert.ok(csv.includes(word), `${word} is missing in ${csv}`);
  const geo = JSON.parse(await take('geojson'));
  assert.equal(geo.features.length, 2);
  assert.match(geo.marking, /TLP:CLEAR · Simulated data included/);
  const png = await take('png');
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.ok(png.length > 50_000, `${png.length} bytes are no map`);
  if (process.env.SCREENSHOTS) (await import('node:fs')).writeFileSync(`${process.env.SCREENSHOTS}/export.png`, png);
  assert.deepEqual(complaints, []);
  await context.close();
});

check('a print carries them too', async () => {
  const { page, context } = await open(world, `${march}&pick=flag:main-0427-detections-20161220`, { width: 1040, height: 720 });
  await ready(page);
  await drawn(page);
  await page.emulateMedia({ media: 'print' });
  await page.waitForTimeout(500);
  assert.equal(await page.locator('.printed').isVisible(), true);
  assert.ok((await page.locator('.printed').innerText()).includes('TLP:CLEAR'));
  assert.equal(await page.locator('#play').isVisible(), false);
  await shoot(page, 'print', { fullPage: true });
  await context.close();
});

check('forced colours keep what is picked visible', async () => {
  const { page, context } = await open(world, `${march}&pick=flag:main-0427-detections-20161220`, undefined, { forcedColors: 'active' });
  await ready(page);
  const outline = await page.locator('tr.picked').evaluate((row) => getComputedStyle(row).outlineStyle);
  assert.equal(outline, 'solid');
  await shoot(page, 'forced');
  await context.close();
});
