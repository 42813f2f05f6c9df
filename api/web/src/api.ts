// Asking the API. Addresses are relative to the page, so that a server behind
// another path works too.
import { authorization } from './key';
import type { Level, Unit } from './state';

export interface Segment {
  id: string;
  part: 'main' | 'alaska';
  km_from: number;
  km_to: number;
  name: string | null;
  admin_ca: string | null;
  admin_us: string | null;
  guarded: boolean | null;
  unguarded_share: number | null;
  nearest_port: string | null;
  nearest_port_km: number | null;
  unit: Unit | null;
  observed: number | null;
  expected: number | null;
  completeness: number | null;
  level: Level | null;
}

export interface Hotspot {
  id: string;
  unit: Unit;
  part: 'main' | 'alaska';
  km_from: number;
  km_to: number;
  segments: string[];
  name: string | null;
  first_seen: string;
  day: string;
  window_days: number;
  observed: number;
  expected: number;
  ratio: number;
  ratio_low: number;
  ratio_high: number;
  score: number;
  false_alarms_month: number | null;
  recurrence_days: number | null;
  completeness: number | null;
  agencies: string[];
  direction: string;
  label: string;
  level: Level;
  sentence: string;
  tlp: string;
  releasable_to: string[] | null;
  unguarded_share?: number | null; // of flags only, as are the two that follow
  unknown_share?: number | null;
  state?: string;
}

export interface Port {
  id: string;
  name: string | null;
  part: 'main' | 'alaska';
  km: number;
  hours_ca: string | null;
  hours_us: string | null;
  open_ca: boolean | null;
  open_us: boolean | null;
  mismatch: boolean | null;
  closed: boolean;
  note: string | null;
  zone_ca: string | null;
  zone_us: string | null;
}

export interface Post {
  id: string;
  kind: string;
  name: string;
  agency: string;
  part: 'main' | 'alaska';
  km_from: number;
  km_to: number;
  active_from: string | null;
  active_to: string | null;
}

export interface Source {
  id: string;
  agency: string;
  country: string | null;
  unit: Unit | null;
  caveat: string | null;
  tlp: string;
  last_report: string | null;
}

export type Placed<T> = T & { shape: GeoJSON.Geometry | null };

interface Page {
  features: { id: string; geometry: GeoJSON.Geometry | null; properties: Record<string, unknown> }[];
  links?: { rel: string; href: string }[];
  timeStamp: string;
}

// Fault is what went wrong: "offline" where no answer came.
export class Fault extends Error {
  constructor(readonly kind: 'offline' | 'refused', message: string, readonly status = 0) {
    super(message);
  }
}

const base = new URL('../', document.baseURI);

// address is that of an API call; parameters that are empty are left out.
export function address(path: string, parameters: Record<string, string> = {}): URL {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value);
  return url;
}

export async function ask(url: URL, signal?: AbortSignal, method = 'GET'): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, { signal: signal ?? null, method, headers: authorization() });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Fault('offline', 'no answer');
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))) as { title?: string; detail?: string };
  throw new Fault('refused', problem.detail ?? problem.title ?? `status ${answer.status}`, answer.status);
}

// shown is an answer, or nothing where this reader may not see it: not everybody is
// shown ports, or reports one by one.
export function shown<T>(answer: Promise<T>, nothing: T): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof Fault && [401, 403, 404].includes(error.status)) return nothing;
    throw error;
  });
}

// most is how many pages are asked for, so that no store, however large, holds the page up.
const most = 5;

// features are those of a collection, over as many pages as they take.
export async function features<T>(collection: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<Placed<T>[]> {
  const all: Placed<T>[] = [];
  let url: URL | null = address(`collections/${collection}/items`, parameters);
  for (let page = 0; url && page < most; page++) {
    const answer = (await (await ask(url, signal)).json()) as Page;
    for (const f of answer.features) all.push({ ...(f.properties as T), id: f.id, shape: f.geometry });
    url = next(answer.links, url);
  }
  return all;
}

// next is the address of the next page, taken from its link but asked for at the
// server that this page came from.
function next(links: Page['links'], now: URL): URL | null {
  const link = links?.find((l) => l.rel === 'next');
  return link ? new URL(now.pathname + new URL(link.href, now).search, now) : null;
}
