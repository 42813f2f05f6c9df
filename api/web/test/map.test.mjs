// What an analyst does with the map, in a real browser with the real program.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { able, address, chromiumAt, drawn, limit, open, ready, shoot, start } from './harness.mjs';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const march = '#day=2017-03-05&known=day';
let world;

before(async () => { if (able) world = await start(); });
after(async () => { await world?.end(); });

// check runs a test in a browser, and says so where there is none.
function check(name, run) {
  test(name, { skip: able ? false : `no Chromium at ${chromiumAt}`, timeout: limit }, run);
}

async function faults(page, context) {
  // Playwright's evaluate is not bound by the policy of the page, unlike a script element.
  await page.evaluate(axe);
  return page.evaluate(async (at) => {
    const found = await globalThis.axe.run(at, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).join('; ')})`);
  }, context ?? 'html');
}

check('opens on the days that have reports, with nothing from elsewhere and no complaint', async () => {
  const { page, context, complaints } = await open(world);
  await ready(page);
  await drawn(page);
  assert.match(await address(page), /day=\d{4}-\d\d-\d\d/);
  assert.ok((await page.locator('#list tbody tr').count()) > 0, 'the table is empty');
  assert.ok((await page.locator('.legend').innerText()).includes('Unit:'), 'the legend does not name the unit');
  await shoot(page, 'wide');
  assert.deepEqual(complaints, []);
  await context.close();
});

check('the legend lies over none of the flags that are first shown', async () => {
  const { page, context } = await open(world, '', { width: 1280, height: 800 });
  await ready(page);
  await drawn(page);
  const words = await page.locator('.flag:visible').count(); // which are hidden where they would lie under it
  assert.ok(words > 1, `${words} of the flags have words`);
  await context.close();
});

check('replays to 5 March 2017 and finds Emerson', async () => {
  const { page, context, complaints } = await open(world, '#day=2017-02-26&known=day');
  await ready(page);
  await drawn(page);
  const days = [];
  page.on('request', (r) => { if (r.url().includes('/flags/')) days.push(new URL(r.url()).searchParams); });
  await page.selectOption('#step', '7');
  const asked = page.waitForRequest((r) => r.url().includes('/flags/') && r.url().includes('datetime=2017-03-05'));
  await page.click('#play');
  await asked; // and on: the days go by meanwhile
  await page.click('#play');
  assert.equal(days[0].get('datetime'), '2017-03-05');
  assert.equal(days[0].get('asOf'), '2017-03-05T23:59:59Z');
  await page.fill('#day', '2017-03-05');
  await ready(page);
  const row = page.locator('#list tbody tr', { hasText: '4270–4290' });
  await row.getByRole('button').click();
  // The port of Emerson lies at 97.24° west, on this stretch.
  await page.waitForFunction(() => /km 4270–4290/.test(document.querySelector('#panel h2')?.textContent ?? ''));
  const said = await page.locator('#panel').innerText();
  for (const word of ['189 detections', 'Expected', '12 to 19', 'critical', 'TLP:CLEAR']) assert.ok(said.includes(word), `${word} is missing in: ${said}`);
  assert.match(said, /Emerson–Pembina, km 4281\.\d · both sides 24\/7/);
  assert.match(said, /Pembina, North Dakota, km 4281\.\d · station, U\.S\. Border Patrol/);
  const receipt = await (await fetch(await page.getByRole('link', { name: 'Receipt' }).getAttribute('href'))).json();
  assert.equal(receipt.id, 'main-0427-detections-20161220');
  await shoot(page, 'emerson');
  assert.deepEqual(complaints, []);
  await context.close();
});

check('the address is the state, and back goes back', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  await page.locator('#list tbody button').first().click();
  await page.selectOption('#layer', 'completeness');
  await page.click('#tab-segments');
  const copy = await open(world, new URL(await address(page)).hash);
  await ready(copy.page);
  assert.equal(await copy.page.locator('#panel h2').innerText(), await page.locator('#panel h2').innerText());
  assert.equal(await copy.page.locator('#layer').inputValue(), 'completeness');
  await copy.context.close();
  await page.goBack();
  await page.waitForSelector('#tab-flags[aria-pressed=true]');
  await page.goBack();
  await page.waitForFunction(() => document.getElementById('layer').value === 'level');
  await page.goBack();
  await page.waitForSelector('#panel', { state: 'hidden' });
  await context.close();
});

check('places and levels can be filtered, and the address tells', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  await page.fill('#find', 'Emerson');
  assert.deepEqual(await page.locator('#list tbody td:nth-child(2)').allInnerTexts(), ['4270–4290']);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'find');
  assert.match(await address(page), /find=Emerson/);
  await page.fill('#find', 'nowhere');
  assert.match(await page.locator('#list .empty').innerText(), /^2 lie outside/);
  await page.fill('#find', '');
  await page.click('#tab-segments');
  await page.selectOption('#least', 'critical');
  const levels = await page.locator('#list tbody th').allInnerTexts();
  assert.ok(levels.length > 0 && levels.every((x) => x.trim() === 'critical'), String(levels));
  await context.close();
});

check('the strip brushes the map and the table', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  await drawn(page);
  const box = await page.locator('.ribbon canvas').nth(1).boundingBox();
  const y = box.y + 120;
  await page.mouse.move(box.x + box.width * 0.45, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.55, y, { steps: 5 });
  await page.mouse.up();
  const is = await address(page), brush = /brush=main:(\d+)-(\d+)/.exec(is);
  assert.ok(brush && Number(brush[1]) < 4270 && Number(brush[2]) > 4290, is);
  assert.equal(await page.locator('#list tbody tr').count(), 1);
  await page.getByRole('button', { name: 'Zoom to the brush' }).click();
  assert.match(await address(page), /zoom=brush/);
  await page.waitForFunction(() => /view=/.test(location.hash));
  await shoot(page, 'brush');
  await page.getByRole('button', { name: 'Clear the brush' }).click();
  assert.equal(await page.locator('#list tbody tr').count(), 2);
  await context.close();
});

check('pointing at the strip marks the same segment on the map', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  await drawn(page);
  const box = await page.locator('.ribbon canvas').nth(1).boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 120);
  await page.waitForSelector('.tip');
  const tip = await page.locator('.tip').innerText();
  assert.match(tip, /^km \d+–\d+/);
  assert.match(tip, /week of/);
  await context.close();
});

check('everything can be done from the keyboard', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  await drawn(page);
  const visited = new Set();
  for (let i = 0; i < 90; i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement.id || (document.activeElement.matches('.ribbon canvas') ? 'strip' : '') || document.activeElement.className);
    visited.add(name);
  }
  for (const stop of ['unit', 'png', 'print', 'lang', 'layer', 'tab-flags', 'sort-observed', 'day', 'known', 'play', 'slider', 'strip', 'key', 'handle-window', 'handle-base']) assert.ok(visited.has(stop), `Tab does not come to ${stop}: ${[...visited]}`);
  const strip = page.locator('.ribbon canvas').nth(1);
  await strip.focus();
  await page.keyboard.press('End');
  assert.match(await strip.getAttribute('aria-valuetext'), /^km 0–10/);
  await page.keyboard.press('PageDown');
  assert.match(await strip.getAttribute('aria-valuetext'), /^km 100–110/);
  await page.keyboard.press('Shift+ArrowLeft');
  assert.match(await address(page), /brush=main:100-120/);
  await page.keyboard.press('Escape');
  assert.doesNotMatch(await address(page), /brush=/);
  await page.keyboard.press('Enter');
  assert.match(await address(page), /pick=segment:main-00/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'panel-title');
  await page.locator('#tab-segments').focus();
  await page.keyboard.press('Enter');
  await page.locator('#sort-observed').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('th[aria-sort=descending]').innerText().then((x) => x.trim()), 'Observed ▼');
  const counts = (await page.locator('#list tbody tr td:nth-child(4)').allInnerTexts()).slice(0, 10).map(Number);
  assert.deepEqual(counts, [...counts].sort((a, b) => b - a));
  assert.match(await page.locator('#status').innerText(), /km/);
  await context.close();
});

const pick = '&pick=flag:main-0427-detections-20161220';
for (const [name, hash] of [
  ['the flags', march], ['a flag in French', `${march}&lang=fr${pick}`], ['a segment and the table of segments in French', `${march}&lang=fr&tab=segments&pick=segment:main-0428`],
  ['a stretch, its brush and reports', `${march}&brush=main:4250-4300&pick=stretch:main:4250-4300&layer=density`], ['a port', '#day=2025-03-05&pick=port:gretna-neche&hour=15'],
  ['segments by guard', '#day=2017-03-05&tab=segments&layer=guard&brush=main:4000-4500'], ['a day without flags in French', '#day=2013-05-01&lang=fr'],
]) {
  check(`axe finds nothing on ${name}, nor on the key`, async () => {
    const { page, context } = await open(world, hash);
    await ready(page);
    await drawn(page);
    assert.deepEqual(await faults(page), [], hash);
    await page.click('#key');
    assert.deepEqual(await faults(page, '#key-dialog'), [], `${hash}, the key`);
    await context.close();
  });
}

// The control: a page with a known fault must be found out.
check('axe finds a fault that was put there', async () => {
  const { page, context } = await open(world, march);
  await ready(page);
  await page.evaluate(() => document.body.append(document.createElement('button')));
  assert.notDeepEqual(await faults(page), []);
  await context.close();
});

// What a row says stands in its panel without scrolling sideways, whatever the table and
// the language; where there is no room for the trend it stands under the level.
check('tables fit their panel', async () => {
  const { page, context } = await open(world, march);
  for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) for (const lang of ['en', 'fr']) for (const tab of ['flags', 'segments']) {
    await page.setViewportSize({ width, height });
    await page.evaluate((hash) => { location.hash = hash; }, `${march}&lang=${lang}&tab=${tab}`);
    await page.waitForFunction(([l, id]) => document.documentElement.lang === l && document.querySelector(`#tab-${id}[aria-pressed=true]`) && document.querySelector('#list tbody tr'), [lang, tab]);
    const over = await page.evaluate(() => { const x = document.querySelector('.scroll'); return x.scrollWidth - x.clientWidth; });
    assert.ok(over <= 0, `${tab} in ${lang}, ${width} pixels: the table is ${over} too wide`);
    if (tab === 'flags') assert.match(await page.locator('#list tbody tr').first().innerText(), lang === 'fr' ? /en hausse/ : /intensifying/);
  }
  await context.close();
});

// The flag of people has the same place as the one of detections, which is stronger: it
// lies below, and its unit is said.
check('of flags at one place the strongest is on top, and another unit is named', async () => {
  const { page, context } = await open(world, '#day=2017-03-05');
  await ready(page);
  await drawn(page);
  assert.match(await page.locator('#list tbody tr', { hasText: '4270–4300' }).innerText(), /people/);
  assert.doesNotMatch(await page.locator('#list tbody tr', { hasText: '4270–4290' }).innerText(), /detections/);
  await page.waitForFunction(() => {
    for (const event of ['afterprint', 'beforeprint']) dispatchEvent(new Event(event));
    const copy = document.querySelector('.printmap'), { data } = copy.getContext('2d').getImageData(0, 0, copy.width, copy.height), x0 = copy.width * 0.56 | 0;
    let critical = 0;
    for (let y = 0; y < copy.height; y++) for (let x = copy.width * 0.5 | 0; x < x0 + copy.width * 0.06; x++) {
      const i = 4 * (y * copy.width + x);
      if (data[i] === 0x43 && data[i + 1] === 0x10 && data[i + 2] === 0x4f) critical++;
    }
    return critical > 60; // of the one in Manitoba, not of the one in Quebec
  }, null, { polling: 500 });
  await context.close();
});

check('200 % zoom, a phone, and both with a panel scroll in one direction only and cut nothing off', async () => {
  const long = `${march}&pick=flag:main-0427-detections-20161220`;
  for (const [name, size, hash] of [['phone', { width: 390, height: 844 }, march], ['narrow', { width: 320, height: 568 }, march], ['phone-fr', { width: 390, height: 844 }, `${long}&lang=fr`], ['zoomed', { width: 720, height: 450 }, march], ['zoomed-panel', { width: 720, height: 450 }, `${long}&brush=main:4000-4500`]]) {
    const { page, context, complaints } = await open(world, hash, size);
    await ready(page);
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name}: ${wide} pixels too wide`);
    // What has words must show them: nothing is narrower than its text, but what scrolls by itself.
    const cut = await page.evaluate(() => [...document.querySelectorAll('button, dd, p, h2, label, .badge')]
      .filter((x) => x.offsetParent && !x.closest('.scroll, .hidden, #map') && x.scrollWidth > x.clientWidth + 1 && getComputedStyle(x).display !== 'inline').map((x) => `${x.tagName} ${x.textContent.slice(0, 40)}`));
    assert.deepEqual(cut, [], name);
    await shoot(page, name, { fullPage: true });
    assert.deepEqual(complaints, []);
    await context.close();
  }
});
