// How things look. Levels differ by lightness, width and shape, so that they can be
// told apart without seeing colour; no state is green, since nothing here is "safe".
import type { Layer, Level } from './state';
import { levels } from './state';

export const level: Record<Level, { colour: string; width: number; dash: boolean; shape: Shape }> = {
  low: { colour: '#a66f00', width: 4, dash: true, shape: 'circle' },
  medium: { colour: '#c8500a', width: 5, dash: false, shape: 'triangle' },
  high: { colour: '#a3173f', width: 7, dash: false, shape: 'diamond' },
  critical: { colour: '#43104f', width: 9, dash: false, shape: 'hexagon' },
};

export type Shape = 'circle' | 'triangle' | 'diamond' | 'hexagon';

export const quiet = '#5d6b7a'; // the frontier where nothing is raised
export const ink = '#16273a';
export const paper = '#ffffff';
export const land = '#f4f1ea';
export const water = '#d5e0e8';
export const border = '#c9c1b2';
export const guardedColour = '#12508f';
export const accent = '#0b57a4';

// steps of blue from few to many, of equal steps in lightness.
export const blues = ['#c6dcf0', '#93bfe0', '#5f9bcf', '#3579b8', '#12508f', '#072a56'];

// oranges are from a little unguarded to all of it.
export const oranges = ['#fbe0c4', '#f6b98a', '#e88a4e', '#c8500a', '#8a2f00'];

// shade is the colour of a share from 0 to 1.
export function shade(share: number): string {
  const i = Math.min(blues.length - 1, Math.max(0, Math.round(share * (blues.length - 1))));
  return blues[i] ?? ink;
}

export interface Look { colour: string; width: number; dash: boolean; hatch: boolean }

interface Shown { level: Level | null; completeness: number | null; guarded: boolean | null; observed: number | null }

// look is how a segment is drawn on a layer; most is the highest count of all.
export function look(layer: Layer, s: Shown, most: number): Look {
  const plain = (colour: string, width: number) => ({ colour, width, dash: false, hatch: false });
  const hatched = { colour: quiet, width: 6, dash: false, hatch: true };
  switch (layer) {
    case 'level':
      return s.level ? { ...level[s.level], hatch: false } : plain(quiet, 2);
    case 'completeness':
      return s.completeness === null || s.completeness <= 0 ? hatched : plain(shade(s.completeness), 5);
    case 'guard':
      return s.guarded === null ? hatched : s.guarded ? plain(guardedColour, 6) : { ...plain('#c8500a', 3), dash: true };
    case 'density':
      return s.observed === null ? hatched : s.observed === 0 ? plain(quiet, 1.5) : plain(shade(root(s.observed, most)), 3 + 6 * root(s.observed, most));
  }
}

// root is a count as a share of the highest, on a square root scale.
export const root = (count: number, most: number) => (most > 0 ? Math.sqrt(Math.max(0, count) / most) : 0);

export const rank = (l: Level | null | undefined | '') => (l ? levels.indexOf(l) + 1 : 0);
