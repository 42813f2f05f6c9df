// Icons drawn on canvas: flags by shape and letter, ports by figure, and the hatch
// that says "not known". The same drawings serve the map, the legend and the table.
import { picture } from './dom';
import { guardedColour, ink, level, paper, quiet, type Shape } from './palette';
import type { Level } from './state';

export type PortState = 'open' | 'closed' | 'mixed' | 'unknown';
type Context = CanvasRenderingContext2D;

const corners: Record<Exclude<Shape, 'circle'>, [number, number][]> = {
  triangle: [[0, -1], [0.95, 0.75], [-0.95, 0.75]],
  diamond: [[0, -1.05], [1.05, 0], [0, 1.05], [-1.05, 0]],
  hexagon: [[-0.5, -0.9], [0.5, -0.9], [1, 0], [0.5, 0.9], [-0.5, 0.9], [-1, 0]],
};

function outline(c: Context, shape: Shape, x: number, y: number, r: number): void {
  c.beginPath();
  if (shape === 'circle') c.arc(x, y, r * 0.9, 0, 7);
  else for (const [dx, dy] of corners[shape]) c.lineTo(x + dx * r, y + dy * r);
  c.closePath();
}

// drawFlag draws a level at a point: its shape, its colour, and as many strokes as
// its rank.
export function drawFlag(c: Context, l: Level, x: number, y: number, r: number): void {
  outline(c, level[l].shape, x, y, r);
  c.fillStyle = level[l].colour;
  c.strokeStyle = paper;
  c.lineWidth = Math.max(1, r / 4);
  c.lineJoin = 'round';
  c.stroke();
  c.fill();
  c.strokeStyle = paper;
  c.lineWidth = Math.max(1, r / 5);
  c.beginPath();
  const strokes = { low: 0, medium: 1, high: 2, critical: 3 }[l], apart = r * 0.4, down = level[l].shape === 'triangle' ? r * 0.2 : 0;
  for (let i = 0; i < strokes; i++) {
    const at = x + (i - (strokes - 1) / 2) * apart;
    c.moveTo(at, y + down - r * 0.35);
    c.lineTo(at, y + down + r * 0.35);
  }
  c.stroke();
}

export function drawPort(c: Context, state: PortState, x: number, y: number, r: number): void {
  c.lineWidth = 1.5;
  c.strokeStyle = ink;
  c.fillStyle = paper;
  c.beginPath();
  c.rect(x - r, y - r, 2 * r, 2 * r);
  c.fill();
  c.fillStyle = ink;
  if (state === 'open') c.fillRect(x - r, y - r, 2 * r, 2 * r);
  if (state === 'mixed') c.fillRect(x - r, y, 2 * r, r);
  c.stroke();
  if (state === 'closed') {
    c.beginPath();
    c.moveTo(x - r, y - r);
    c.lineTo(x + r, y + r);
    c.moveTo(x + r, y - r);
    c.lineTo(x - r, y + r);
    c.stroke();
  }
  if (state === 'unknown') {
    c.font = `bold ${Math.round(r * 2)}px sans-serif`;
    c.textAlign = 'center';
    c.textBaseline = 'middle';
    c.fillText('?', x, y + 0.5);
  }
}

// drawPost draws a station, patrol or tower: a shield.
export function drawPost(c: Context, x: number, y: number, r: number): void {
  c.beginPath();
  c.moveTo(x - r, y - r);
  c.lineTo(x + r, y - r);
  c.lineTo(x + r, y);
  c.quadraticCurveTo(x + r * 0.8, y + r * 0.8, x, y + r * 1.2);
  c.quadraticCurveTo(x - r * 0.8, y + r * 0.8, x - r, y);
  c.closePath();
  c.fillStyle = guardedColour;
  c.strokeStyle = paper;
  c.lineWidth = 1.5;
  c.stroke();
  c.fill();
  c.fillStyle = paper;
  c.fillRect(x - r * 0.5, y - r * 0.35, r, r * 0.4);
}

// drawHatch fills a box with slanting lines.
export function drawHatch(c: Context, x: number, y: number, width: number, height: number, look = { ground: '#eceff2', line: quiet }): void {
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  c.fillStyle = look.ground;
  c.fillRect(x, y, width, height);
  c.strokeStyle = look.line;
  c.lineWidth = 1;
  c.beginPath();
  for (let at = x - height; at < x + width; at += 4) {
    c.moveTo(at, y + height);
    c.lineTo(at + height, y);
  }
  c.stroke();
  c.restore();
}

export const flagIcon = (l: Level) => picture(18, 18, (c) => drawFlag(c, l, 9, 9, 7.5));
export const postIcon = () => picture(14, 14, (c) => drawPost(c, 7, 6.5, 5));
export const portIcon = (s: PortState) => picture(14, 14, (c) => drawPort(c, s, 7, 7, 5));

// image is a drawing as the map takes it, at twice the size it is shown.
export function image(size: number, draw: (c: Context) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * 2;
  const c = canvas.getContext('2d');
  if (!c) return new ImageData(size * 2, size * 2);
  c.scale(2, 2);
  draw(c);
  return c.getImageData(0, 0, size * 2, size * 2);
}
