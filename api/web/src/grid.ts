// Counts by segment and week, as the API counts them. A cell that nobody reported in
// is not zero, and one whose reporting did not arrive is not known at all.
import { dayNumber, weekOf } from './days';
import type { Line, Stretch } from './line';

// Matrix is the answer of /collections/segments/series: a row a segment, null where
// nobody reported, and a number a week.
export interface Matrix {
  starts: string[];
  segments: string[];
  lower: (number[] | null)[];
  upper: (number[] | null)[];
  reported: (number[] | null)[]; // on how many days
  area: number[];
  rate: (number | null)[];
  weight: (number | null)[][]; // of an area; rate × weight is what is expected
  completeness: (number | null)[][]; // of an area
}

export interface Grid {
  first: number; // week
  weeks: number;
  most: number;
  matrix: Matrix;
  rows: Int32Array; // of the matrix, by cut of the line
}

export function grid(line: Line, matrix: Matrix): Grid {
  const at = new Map(matrix.segments.map((id, i) => [id, i]));
  const rows = Int32Array.from(line.cuts, (c) => at.get(c.id) ?? -1);
  let most = 0;
  for (const row of matrix.lower) for (const n of row ?? []) most = Math.max(most, n);
  return { first: weekOf(dayNumber(matrix.starts[0] ?? '1970-01-01')), weeks: matrix.starts.length, most, matrix, rows };
}

// Cell says of a week whether it is known, and how many: null is "nobody reported".
export interface Cell { known: boolean; count: number | null }

export function cell(g: Grid, cut: number, week: number): Cell {
  const m = g.matrix, row = g.rows[cut] ?? -1;
  const heard = (m.reported[row]?.[week] ?? 0) > 0;
  const completeness = m.completeness[m.area[row] ?? -1]?.[week] ?? 0;
  return { known: heard || completeness > 0, count: heard ? (m.lower[row]?.[week] ?? 0) : null };
}

// expected is what a cut was expected to report in a week, null where that is not known.
export function expected(g: Grid, cut: number, week: number): number | null {
  const m = g.matrix, row = g.rows[cut] ?? -1, rate = m.rate[row], weight = m.weight[m.area[row] ?? -1]?.[week];
  return rate === null || rate === undefined || weight === null || weight === undefined ? null : rate * weight;
}

export interface Weekly { counts: (number | null)[]; expected: (number | null)[] }

// weekly are the counts of a stretch by week, null where nobody reported any of it,
// and what was expected of it.
export function weekly(g: Grid, line: Line, s: Stretch): Weekly {
  const [a, b] = line.within(s), counts: (number | null)[] = [], expectations: (number | null)[] = [];
  for (let week = 0; week < g.weeks; week++) {
    let sum: number | null = null, foreseen: number | null = null;
    for (let i = a; i <= b; i++) {
      const { count } = cell(g, i, week), e = expected(g, i, week);
      if (count !== null) sum = (sum ?? 0) + count;
      if (e !== null) foreseen = (foreseen ?? 0) + e;
    }
    counts.push(sum);
    expectations.push(foreseen);
  }
  return { counts, expected: expectations };
}
