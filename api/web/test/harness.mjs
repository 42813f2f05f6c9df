// Starts the program with the demo in a fresh store and a browser to look at it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const chromiumAt = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const shots = process.env.SCREENSHOTS ?? '';
export const able = existsSync(chromiumAt);
// Only against what hangs, milliseconds: how fast a machine is is not tested.
export const limit = 900_000, patience = 180_000;

// start answers with the address of the map, a browser, and how to end both.
export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'frontierwatch-'));
  const program = process.env.FRONTIERWATCH ?? join(folder, 'frontierwatch');
  if (!process.env.FRONTIERWATCH) execFileSync('go', ['build', '-o', program, './cmd/frontierwatch'], { cwd: root, stdio: 'inherit' });
  const server = spawn(program, ['demo', '--store', join(folder, 'demo.gpkg'), '--listen', '127.0.0.1:0'], { cwd: folder });
  let late = 0;
  const url = await new Promise((found, failed) => {
    let said = '';
    const hear = (text) => {
      said += text;
      said = said.slice(-4000);
      const at = /url=(http:\S+)/.exec(said);
      if (at) found(at[1]);
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', (code, signal) => {
      console.error(`the server ended, ${code ?? signal}: ${said}`);
      failed(new Error(`the server ended: ${said}`));
    });
    late = setTimeout(() => { server.kill(); failed(new Error(`the server does not answer: ${said}`)); }, patience);
  }).finally(() => clearTimeout(late));
  const browser = await chromium.launch({
    executablePath: chromiumAt,
    args: ['--no-sandbox', '--disable-gpu', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking'],
  });
  return {
    map: `${url}map/`, api: url, browser,
    async end() {
      await browser.close();
      server.removeAllListeners('exit');
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// open opens the map in a window of its own, and keeps what the page complains of.
export async function open(world, hash = '', size = { width: 1440, height: 900 }, options = {}) {
  const context = await world.browser.newContext({ viewport: size, locale: 'en-GB', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(String(e)));
  page.on('request', (r) => !/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(r.url()) && complaints.push(`asked elsewhere: ${r.url()}`));
  await page.goto(world.map + hash);
  return { page, context, complaints };
}

// between is a server that stands before the program: what a route answers to it
// answers itself, the rest it passes on. A route is told the request and the answer,
// and says whether it took them.
export async function between(world, route) {
  const to = new URL(world.api), heard = [], waiting = new Set();
  const server = createServer((asked, answer) => {
    heard.push(asked);
    for (const told of waiting) told(asked);
    if (route(asked, answer)) return;
    const { authorization: _, ...headers } = asked.headers; // keys are those of the route, which the program does not know
    const on = request({ host: to.hostname, port: to.port, path: asked.url, method: asked.method, headers: { ...headers, host: to.host } }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    on.on('error', () => answer.destroy());
    asked.pipe(on);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  server.unref(); // a test that fails does not close it
  const api = `http://127.0.0.1:${server.address().port}/`;
  return {
    ...world, api, map: `${api}map/`, heard,
    // hears is done when such a request has come: what the browser has sent may be on its way.
    hears: (such) => (heard.some(such) ? Promise.resolve() : new Promise((done) => waiting.add((asked) => such(asked) && done()))),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

export const ready = (page) => page.waitForFunction(() => document.body.dataset.status === 'ready');
export const drawn = (page) => page.waitForFunction(() => document.documentElement.dataset.map === 'ready');
// address is where the page is by its own word: page.url() is told of it later.
export const address = (page) => page.evaluate(() => location.href);

export async function shoot(page, name, options = {}) {
  if (shots === '') return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), ...options });
}
