// What the page does about a server that tells, is lost, or asks who is there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { able, address, between, chromiumAt, limit, open, ready, shoot, start } from './harness.mjs';

const march = '#day=2017-03-05&known=day';
let world;

before(async () => { if (able) world = await start(); });
after(async () => { await world?.end(); });

function check(name, run) {
  test(name, { skip: able ? false : `no Chromium at ${chromiumAt}`, timeout: limit }, run);
}

const path = (asked) => new URL(asked.url, 'http://x').pathname;
const problem = (answer, status, detail) => {
  answer.writeHead(status, { 'Content-Type': 'application/problem+json', ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}) });
  answer.end(JSON.stringify({ title: 'no', detail, status }));
};

// teller is a stream of events that a test writes, and may keep waiting.
function teller() {
  const streams = [], asked = [], waiting = [];
  let held = false;
  const begin = (answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    answer.write(': here\n\n');
    streams.push(answer);
  };
  return {
    asked,
    route(request, answer) {
      if (path(request) !== '/events') return false;
      asked.push(request.headers);
      if (held) waiting.push(answer);
      else begin(answer);
      return true;
    },
    hold: () => { held = true; },
    letGo() {
      held = false;
      waiting.splice(0).forEach(begin);
    },
    tell: (text) => streams.at(-1).write(text),
    hangUp: () => streams.at(-1).destroy(),
  };
}

check('an event loads the page anew, many in one breath load it once, and a lost stream is taken up where it was', async () => {
  const events = teller(), server = await between(world, (q, a) => events.route(q, a));
  const { page, context } = await open(server, march);
  await ready(page);
  await page.waitForFunction(() => document.querySelector('.badges')?.textContent.includes('live'));
  const loads = () => server.heard.filter((q) => q.url.startsWith('/collections/flags/items')).length;
  const before = loads();
  assert.ok(before > 0);
  await page.locator('#list tbody button').first().focus(); // wherever the reader is
  events.tell(Array.from({ length: 200 }, (_, i) => `id: ${i + 5}\nevent: report\ndata: {}\n\n`).join(''));
  const flags = () => page.waitForRequest((r) => r.url().includes('/collections/flags/items'));
  await flags();
  await ready(page);
  const one = flags();
  events.tell('id: 205\nevent: report\ndata: {}\n\n');
  await one;
  await ready(page);
  assert.equal(loads(), before + 2, 'once for two hundred events, and once for one');
  events.hold(); // until it was seen that it is lost
  events.hangUp();
  await page.waitForFunction(() => !document.querySelector('.badges')?.textContent.includes('live'));
  events.letGo();
  await page.waitForFunction(() => document.querySelector('.badges')?.textContent.includes('live'));
  assert.equal(events.asked[0]['last-event-id'], undefined);
  assert.equal(events.asked.at(-1)['last-event-id'], '205');
  events.tell('event: reset\ndata: {}\n\n');
  await page.waitForRequest((r) => r.url().includes('/collections/flags/items'));
  await context.close();
  await server.close();
});

check('a server that goes is noticed at once, and what is shown is called stale', async () => {
  const events = teller();
  let gone = false;
  const server = await between(world, (q, a) => (gone ? Boolean(q.socket.destroy()) || true : events.route(q, a)));
  const { page, context } = await open(server, march);
  await ready(page);
  await page.waitForFunction(() => document.querySelector('.badges')?.textContent.includes('live'));
  gone = true;
  events.hangUp();
  await page.waitForFunction(() => document.body.dataset.status === 'offline');
  assert.ok((await page.locator('.badges').innerText()).includes('stale'));
  assert.equal(await page.locator('#list tbody tr').count(), 2, 'what was shown is gone');
  gone = false;
  await ready(page);
  assert.ok(!(await page.locator('.badges').innerText()).includes('stale'));
  await context.close();
  await server.close();
});

check('a server without events is looked at once a minute', async () => {
  const server = await between(world, (q, a) => path(q) === '/events' && (problem(a, 404, 'no such page'), true));
  const { page, context } = await open(server, march);
  const now = Date.now(); // the clock stands: no minute passes by itself
  await page.clock.install({ time: now });
  await page.clock.pauseAt(now + 3_600_000);
  await page.reload();
  await ready(page);
  assert.ok((await page.locator('.badges').innerText()).includes('every minute'));
  const looks = () => server.heard.filter((q) => q.method === 'HEAD' && q.url.startsWith('/collections/reports/items')).length;
  const asked = () => server.heard.filter((q) => path(q) === '/events').length;
  const streams = asked();
  for (let i = 1; i <= 2; i++) {
    const look = page.waitForResponse((r) => r.request().method() === 'HEAD'); // asked is not yet heard
    await page.clock.runFor(61_000);
    await look;
  }
  assert.equal(looks(), 2);
  assert.equal(asked(), streams, 'it was asked for events again');
  await context.close();
  await server.close();
});

check('a day that the address names while the first day is looked for stays', async () => {
  let release = () => {};
  const held = new Promise((done) => { release = done; });
  let first = true;
  const server = await between(world, (q, a) => {
    if (!first || !q.url.startsWith('/collections/reports/items')) return false;
    first = false;
    void held.then(() => a.writeHead(200, { 'Content-Type': 'application/geo+json' }).end(JSON.stringify({ features: [{ properties: { observed_end: '2024-06-30T00:00:00Z', unit: 'encounters' } }] })));
    return true;
  });
  const { page, context } = await open(server);
  await server.hears((q) => q.url.startsWith('/collections/reports/items'));
  await page.evaluate((hash) => { location.hash = hash; }, march);
  await ready(page);
  const heard = page.waitForResponse((r) => r.url().includes('/collections/reports/items'));
  release();
  await (await heard).finished();
  await page.evaluate(() => new Promise((done) => setTimeout(done))); // what follows the answer has run
  await ready(page);
  assert.match(await address(page), /day=2017-03-05/);
  await context.close();
  await server.close();
});

check('a server that asks who is there gets a key, in a header and nowhere else', async () => {
  const server = await between(world, (q, a) => {
    if (path(q).startsWith('/map/') || q.headers.authorization === 'Bearer fw_good.key') return false;
    problem(a, 401, 'a key is needed');
    return true;
  });
  const { page, context } = await open(server, march);
  await page.waitForSelector('#key-dialog[open]');
  assert.ok((await page.locator('#key-dialog').innerText()).includes('a key is needed'));
  assert.equal(await page.evaluate(() => document.activeElement.id), 'key-field');
  await shoot(page, 'key');
  await page.keyboard.type('not a key');
  await page.keyboard.press('Enter');
  assert.match(await page.locator('#key-fault').innerText(), /letters, digits/);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.fill('#key-field', 'fw_good.key');
  await page.keyboard.press('Enter');
  await ready(page);
  assert.equal(await page.locator('#list tbody tr').count(), 2);
  assert.equal(await page.locator('#key-dialog').count(), 0);
  assert.deepEqual(await page.evaluate(() => [Object.values(sessionStorage), localStorage.length, document.cookie]), [['fw_good.key'], 0, '']);
  assert.ok(!(await address(page)).includes('fw_good') && server.heard.every((q) => !q.url.includes('fw_good')), 'the key stands in an address');
  await server.hears((q) => q.url.startsWith('/events') && q.headers.authorization === 'Bearer fw_good.key'); // the stream is asked with the key
  // Another tab knows nothing of it.
  const other = await context.newPage();
  await other.goto(server.map + march);
  await other.waitForSelector('#key-dialog[open]');
  await other.close();
  // And it can be forgotten.
  await page.click('#key');
  await page.click('#key-forget');
  await page.waitForSelector('#key-dialog[open]');
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  assert.equal(await page.locator('#list tbody tr').count(), 0, 'what the key showed is still there');
  await page.click('#key-close');
  assert.ok((await page.locator('.notice').innerText()).includes('a key is needed'));
  await shoot(page, 'refused');
  await context.close();
  await server.close();
});

check('with a key, a receipt is fetched, since a link could not carry it', async () => {
  const server = await between(world, (q, a) => {
    if (!path(q).endsWith('/receipt') || q.headers.authorization === 'Bearer k1') return false;
    problem(a, 403, 'not for you');
    return true;
  });
  const { page, context } = await open(server, '#');
  await page.evaluate(() => sessionStorage.setItem('frontierwatch-key', 'k1'));
  await page.goto(`${server.map}${march}&pick=flag:main-0427-detections-20161220`);
  await page.reload();
  await ready(page);
  // By the keyboard: what the panel still waits for moves its buttons.
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Receipt' }).press('Enter')]);
  assert.equal(download.suggestedFilename(), 'main-0427-detections-20161220-receipt.json');
  await context.close();
  await server.close();
});
