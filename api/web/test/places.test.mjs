// Ports, posts, hours, brackets, brushes and reports as points, in a real browser
// with the real program.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { able, address, between, chromiumAt, drawn, limit, open, ready, shoot, start } from './harness.mjs';
import { sources } from './sources.mjs';

const march = '#day=2017-03-05&known=day';
let world;

before(async () => { if (able) world = await start(); });
after(async () => { await world?.end(); });

function check(name, run) {
  test(name, { skip: able ? false : `no Chromium at ${chromiumAt}`, timeout: limit }, run);
}

const ask = async (path) => (await fetch(world.api + path)).json();

// The server is the oracle of the hours that the page draws.
check('the hours that are drawn are those that the server says hold', async () => {
  const [hours] = await sources('hours');
  let asked = 0;
  for (let i = 0; i < 16; i++) {
    const at = new Date(Date.UTC(2022, 0, 1, 0, 37) + i * 111.71 * 86_400_000);
    const { features } = await ask(`collections/ports/items?limit=1000&datetime=${at.toISOString().slice(0, 19)}Z`);
    for (const { id, properties: p } of features) {
      for (const side of ['ca', 'us']) {
        const read = hours.parse(p[`hours_${side}`]), zone = p[`zone_${side}`];
        if (p[`hours_${side}`] === null || p.closed || !zone) continue;
        assert.ok(read, `${id}: ${p[`hours_${side}`]} is not understood`);
        if (read.holidays) continue;
        const parts = Object.fromEntries(new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at).map((x) => [x.type, x.value]));
        const day = Date.parse(`${parts.year}-${parts.month}-${parts.day}`) / 86_400_000, open = p[`open_${side}`];
        assert.equal(hours.at(read, day, Number(parts.hour) * 60 + Number(parts.minute)), open === null ? 'unknown' : open ? 'open' : 'closed', `${id} ${side} ${at.toISOString()}`);
        asked++;
      }
    }
  }
  assert.ok(asked > 800, `only ${asked} were compared`);
});

check('a port is opened from the list, and its hours are pictures with words', async () => {
  const { page, context, complaints } = await open(world, '#day=2025-03-05&known=day&pick=segment:main-0430&hour=15');
  await ready(page);
  await page.waitForSelector('#panel .week');
  assert.match(await page.locator('#panel .week [role=img]').getAttribute('aria-label'), /^Unguarded by the hour, Winnipeg time\. .*h/);
  await page.getByRole('button', { name: 'Gretna–Neche' }).click();
  const said = await page.locator('#panel').innerText();
  for (const word of ['Canada: open; United States: open', 'Canada, Winnipeg time', 'United States, Chicago time', 'every day 8–18 h']) assert.ok(said.includes(word), `${word} is missing in: ${said}`);
  assert.match(await address(page), /pick=port:gretna-neche/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'panel-title');
  const port = await ask('collections/ports/items/gretna-neche?datetime=2025-03-05T15:00:00Z');
  assert.equal(port.properties.open_ca, true);
  await shoot(page, 'port');
  assert.deepEqual(complaints, []);
  await context.close();
});

check('posts are drawn, named in the legend, and can be opened on the map', async () => {
  const { page, context, complaints } = await open(world, `${march}&view=-97.03,47.93,8`);
  await ready(page);
  await drawn(page);
  assert.ok((await page.locator('.legend').innerText()).includes('station, patrol or tower'));
  const { features } = await ask('collections/posts/items?limit=1000&filter=' + encodeURIComponent("id = 'usbp-grand-forks-nd'"));
  const [lon, lat] = features[0].geometry.coordinates, box = await page.locator('#map canvas').boundingBox();
  // Web Mercator, 512 pixels a world at zoom 0, about the middle of the view.
  const scale = 512 * 2 ** 8, y = (d) => (1 - Math.asinh(Math.tan((d * Math.PI) / 180)) / Math.PI) / 2;
  const at = { x: box.x + box.width / 2 + ((lon + 97.03) / 360) * scale, y: box.y + box.height / 2 + (y(lat) - y(47.93)) * scale };
  await page.waitForFunction(({ x, y }) => {
    const under = document.elementFromPoint(x, y);
    under?.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y, bubbles: true }));
    return getComputedStyle(document.querySelector('#map canvas')).cursor === 'pointer';
  }, at);
  await page.mouse.click(at.x, at.y);
  assert.match(await address(page), /pick=post:usbp-grand-forks-nd/);
  const said = await page.locator('#panel').innerText();
  for (const word of ['Grand Forks, North Dakota', 'station', 'U.S. Border Patrol']) assert.ok(said.includes(word), said);
  assert.deepEqual(complaints, []);
  await context.close();
});

check('the brackets are moved by pointer and by key, and what is shown follows', async () => {
  const { page, context, complaints } = await open(world, march);
  await ready(page);
  const window = page.locator('#handle-window'), base = page.locator('#handle-base');
  assert.equal(await window.getAttribute('aria-valuetext'), '56 days');
  await window.focus();
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => location.hash.includes('window=28'));
  await ready(page);
  assert.equal(await window.getAttribute('aria-valuetext'), '28 days');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'handle-window');
  // Both flags were found over 56 days, so none is left; the legend says why.
  assert.equal(await page.locator('#list tbody tr').count(), 0);
  assert.ok((await page.locator('.legend').innerText()).includes('up to 28 days long'));
  const asked = page.waitForRequest((r) => r.url().includes('/segments/items?') && r.url().includes('window=P7D'));
  await page.keyboard.press('Home');
  await asked;
  await page.keyboard.press('End');
  await page.waitForFunction(() => !location.hash.includes('window='));
  const box = await base.boundingBox(), wide = page.waitForRequest((r) => r.url().includes('/segments/series') && r.url().includes('datetime=2016-07-'));
  await page.mouse.move(box.x + 12, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 12, box.y - 105, { steps: 4 });
  assert.match(await base.getAttribute('data-value'), /^26 weeks$/);
  await page.mouse.up();
  await wide;
  await page.waitForFunction(() => location.hash.includes('base=26'));
  await ready(page);
  assert.equal(await base.getAttribute('aria-valuetext'), '26 weeks');
  await shoot(page, 'brackets');
  await page.goBack();
  await page.waitForFunction(() => !location.hash.includes('base='));
  await ready(page);
  assert.equal(await base.getAttribute('aria-valuetext'), '104 weeks');
  assert.deepEqual(complaints, []);
  await context.close();
});

check('a box on the map brushes the strip, and the brush can be looked into, with a band', async () => {
  const { page, context, complaints } = await open(world, `${march}&view=-97.24,49.0,7`);
  await ready(page);
  await drawn(page);
  const box = await page.locator('#map canvas').boundingBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  await page.keyboard.down('Shift');
  await page.mouse.move(x - 60, y - 60);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 60, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.waitForFunction(() => location.hash.includes('brush=main:'));
  const is = await address(page), [, from, to] = /brush=main:(\d+)-(\d+)/.exec(is).map(Number);
  assert.ok(from < 4280 && to > 4280 && to - from < 150, is);
  await page.click('#brush-open');
  await page.waitForFunction(() => location.hash.includes('pick=stretch:main:'));
  await page.waitForFunction(() => document.querySelector('#panel figcaption')?.textContent.includes('band'));
  const said = await page.locator('#panel').innerText();
  assert.match(said, /Plain comparison\n.* a week in these 56 days, .* a week in the 104 weeks before/);
  await page.click('#brush-clear');
  assert.doesNotMatch(await address(page), /brush=/);
  assert.deepEqual(complaints, []);
  await context.close();
  const other = await open(world, `${march}&view=-97.24,49.0,7`); // the same without a mouse
  await ready(other.page);
  await drawn(other.page);
  await other.page.locator('#brush-view').focus();
  await other.page.keyboard.press('Enter');
  await other.page.waitForFunction(() => location.hash.includes('brush=main:'));
  await other.context.close();
});

check('few reports are points as they were known; above 5,000 the map takes tiles', async () => {
  let many = false;
  const server = await between(world, (q, a) => {
    const { pathname, searchParams } = new URL(q.url, 'http://x');
    if (!many || pathname !== '/collections/reports/items' || searchParams.get('limit') !== '1' || !searchParams.has('datetime')) return false;
    a.writeHead(200, { 'Content-Type': 'application/geo+json', 'OGC-NumberMatched': '5001' });
    a.end(JSON.stringify({ type: 'FeatureCollection', features: [], numberMatched: 5001 }));
    return true;
  });
  const tiles = () => server.heard.filter((q) => q.url.startsWith('/tiles/'));
  const { page, context, complaints } = await open(server, `${march}&layer=density&view=-97.24,49.0,6`);
  await ready(page);
  await drawn(page);
  await page.waitForFunction(() => /reports in the window, \d+ at points/.test(document.querySelector('.legend')?.textContent ?? ''));
  assert.equal(tiles().length, 0);
  const few = server.heard.find((q) => q.url.startsWith('/collections/reports/items?') && q.url.includes('limit=5000'));
  assert.equal(new URL(few.url, 'http://x').searchParams.get('asOf'), '2017-03-05T23:59:59Z');
  many = true;
  await page.fill('#day', '2017-03-04');
  await ready(page);
  await page.waitForFunction(() => document.querySelector('.legend')?.textContent.includes('gathered; as known today'));
  await server.hears((q) => q.url.startsWith('/tiles/'));
  const asked = new URL(tiles()[0].url, 'http://x');
  assert.match(asked.pathname, /^\/tiles\/\d+\/\d+\/\d+\.mvt$/);
  assert.deepEqual(Object.fromEntries(asked.searchParams), { layers: 'reports', datetime: '2017-02-05/2017-03-04', unit: 'detections' });
  await shoot(page, 'tiled');
  await page.selectOption('#layer', 'level');
  await page.waitForFunction(() => !document.querySelector('.legend')?.textContent.includes('gathered'));
  assert.deepEqual(complaints, []);
  await context.close();
  await server.close();
});
