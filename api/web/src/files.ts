// Exports. Each carries its title, the time, the unit, the marking and the caveats,
// so that it can be read without this page.
import { cell } from './csv';
import { knownAt, when, type Snapshot } from './data';
import { windowText } from './legend';
import { sifted } from './pick';
import type { Level, State } from './state';
import { both, date, pair, t } from './words';

const tlps = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'];

// marking is the strictest of all that was used.
export function strictest(s: Snapshot): string {
  const used = [...s.flags, ...s.hotspots, ...heard(s)].map((x) => x.tlp);
  return `TLP:${tlps[Math.max(0, ...used.map((x) => tlps.indexOf(x)))]}`;
}

// heard are the sources of what is counted here.
const heard = (s: Snapshot) => s.sources.filter((x) => x.unit === s.unit && x.last_report !== null);

export const simulated = (s: Snapshot) => heard(s).some((x) => x.id === 'simulated');

// heading says what an export shows, line by line.
export function heading(s: Snapshot, state: State): string[] {
  const asOf = knownAt(state);
  return [
    `${pair('frontierwatch', t(state.tab))}, ${date(state.day)} (${pair(t('layer'), t(state.layer))})`,
    `${t('unitIs', { unit: t(s.unit) })}. ${windowText(state)} ${t('baseline')}`,
    both(`${t('happened')} ${when(state)}`, pair(t('knownAs'), asOf || t('knownNow')), t('asOf', { time: s.at.toISOString() })),
    `${strictest(s)}${simulated(s) ? ` · ${t('simulated')}` : ''}`,
    t('caveats'),
    t('credit'),
  ];
}

const listed = (s: Snapshot, state: State) => (state.tab === 'segments' ? sifted(s, s.segments, state) : sifted(s, s[state.tab], state));

export function csv(s: Snapshot, state: State): string {
  const list = listed(s, state), columns = Object.keys(list[0] ?? { id: '' }).filter((name) => name !== 'shape');
  const rows = list.map((r) => columns.map((name) => cell((r as unknown as Record<string, unknown>)[name])).join(','));
  return [...heading(s, state).map((line) => `# ${line}`), columns.join(','), ...rows, ''].join('\r\n');
}

export function geojson(s: Snapshot, state: State): string {
  const features = listed(s, state).map(({ shape, id, ...properties }) => ({ type: 'Feature', id, geometry: shape, properties }));
  const [title, legend, time, marking, caveats, credit] = heading(s, state);
  return JSON.stringify({ type: 'FeatureCollection', title, legend, time, marking, caveats, credit, features });
}

// Key is a line of the legend.
export interface Key { samples: HTMLCanvasElement[]; text: string }

// png is a picture of the map and the strip with all that belongs to them.
export async function png(map: HTMLCanvasElement, project: (lonlat: [number, number]) => { x: number; y: number }, marks: { at: [number, number]; text: string; level: Level }[],
  strip: HTMLCanvasElement, keys: Key[], s: Snapshot, state: State): Promise<Blob> {
  const width = 1600, scale = width / map.clientWidth, mapHeight = map.clientHeight * scale, stripHeight = strip.height * (width / strip.width);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.round(56 + mapHeight + stripHeight + 212);
  const c = canvas.getContext('2d');
  if (!c) throw new Error('no canvas');
  c.fillStyle = '#fff';
  c.fillRect(0, 0, width, canvas.height);
  c.drawImage(map, 0, 56, width, mapHeight);
  c.drawImage(strip, 0, 56 + mapHeight, width, stripHeight);
  for (const m of marks) {
    const { x, y } = project(m.at);
    words(c, m.text, x * scale + 18, 56 + y * scale - 8, 18, true);
  }
  const [title = '', ...rest] = heading(s, state);
  words(c, title, 16, 36, 26);
  rest.forEach((line, i) => words(c, line, 16, 56 + mapHeight + stripHeight + 26 + i * 24, 17));
  drawKeys(c, keys, 56 + mapHeight + stripHeight + 152);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture'))), 'image/png'));
}

// drawKeys draws the legend in as many lines as it takes.
function drawKeys(c: CanvasRenderingContext2D, keys: Key[], top: number): void {
  const size = (sample: HTMLCanvasElement) => ({ width: Number.parseFloat(sample.style.width), height: Number.parseFloat(sample.style.height) });
  let x = 16, y = top;
  for (const key of keys) {
    c.font = '17px system-ui, sans-serif';
    const wide = key.samples.reduce((sum, s) => sum + size(s).width + 6, 0) + c.measureText(key.text).width;
    if (x > 16 && x + wide > 1584) [x, y] = [16, y + 30];
    for (const sample of key.samples) {
      const { width, height } = size(sample);
      c.drawImage(sample, x, y - height / 2, width, height);
      x += width + 6;
    }
    words(c, key.text, x, y + 6, 17);
    x += c.measureText(key.text).width + 24;
  }
}

function words(c: CanvasRenderingContext2D, text: string, x: number, y: number, size: number, halo = false): void {
  c.font = `${size}px system-ui, sans-serif`;
  c.textAlign = 'left';
  c.textBaseline = 'alphabetic';
  c.lineWidth = 4;
  c.strokeStyle = '#fff';
  if (halo) c.strokeText(text, x, y);
  c.fillStyle = '#16273a';
  c.fillText(text, x, y, 1570 - x);
}

// save hands a file to the browser.
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob), link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
