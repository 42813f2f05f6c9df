// The panel: all that is known of a flag, a hot spot or a segment.
import { address, type Hotspot, type Placed, type Port, type Segment } from './api';
import { chart } from './chart';
import { knownAt, when, type Snapshot } from './data';
import { windowWeeks } from './days';
import { el, fill } from './dom';
import { evidence, type Evidence } from './evidence';
import { flagIcon, portIcon } from './icons';
import { stretchOf, type Stretch } from './line';
import { portState } from './mapdata';
import { pickedHotspot, split } from './pick';
import type { State, Store } from './state';
import { date, kms, number, said, share, spoken, t } from './words';

const reach = 50; // kilometres along the line to look for ports

export class Panel {
  locate: (s: Stretch) => void = () => {};
  say: (text: string) => void = () => {};

  constructor(readonly holder: HTMLElement, readonly store: Store) {}

  show(s: Snapshot, state: State): void {
    const hotspot = pickedHotspot(s, state.pick), { kind, id } = split(state.pick);
    const segment = kind === 'segment' ? s.segments[s.line.index(id)] : undefined;
    const shown = hotspot ?? segment;
    this.holder.hidden = !shown;
    if (!shown) return this.holder.replaceChildren();
    const stretch = stretchOf(shown), window = hotspot?.window_days ?? windowWeeks * 7;
    const bounds = el('span', {}, ''), plot = el('div', { class: 'plot' });
    const facts = hotspot ? hotspotFacts(s, hotspot, bounds) : segment ? segmentFacts(s, segment, bounds) : [];
    const drawPlot = (found: Evidence | null) => plot.replaceChildren(chart(s, stretch, Math.max(220, this.holder.clientWidth - 32), window, found));
    fill(this.holder,
      el('div', { class: 'bar' }, el('h2', { id: 'panel-title', tabindex: -1 }, shown.level && flagIcon(shown.level), ` ${kms(stretch)}${shown.name ? ` · ${shown.name}` : ''}`),
        el('button', { class: 'close', 'aria-label': t('close'), click: () => this.store.set({ pick: '' }) }, '×')),
      hotspot && el('p', { class: 'sentence' }, sentence(hotspot)),
      plot,
      el('dl', {}, ...facts.flatMap(([name, value]) => (value === '' ? [] : [el('dt', {}, name), el('dd', {}, value)]))),
      ports(s, stretch),
      el('div', { class: 'group' }, ...this.#buttons(s, state, stretch)));
    drawPlot(null);
    void evidence(s, state, stretch, window).then((found) => {
      if (!plot.isConnected || !found) return;
      bounds.textContent = range(found);
      if (found.band) drawPlot(found);
    });
  }

  #buttons(s: Snapshot, state: State, stretch: Stretch): Node[] {
    const [a, b] = s.line.within(stretch);
    const west = stretch.part === 'main' ? s.line.cuts[b + 1] : s.line.cuts[a - 1], east = stretch.part === 'main' ? s.line.cuts[a - 1] : s.line.cuts[b + 1];
    const go = (to: typeof west, word: 'previous' | 'following') =>
      to && to.part === stretch.part && el('button', { click: () => this.store.set({ pick: `segment:${to.id}` }) }, word === 'previous' ? `← ${t(word)}` : `${t(word)} →`);
    return [
      go(west, 'previous'), go(east, 'following'),
      el('button', { click: () => this.locate(stretch) }, t('show')),
      split(state.pick).kind === 'flag' && el('a', { class: 'button', href: receipt(state), target: '_blank', rel: 'noopener' }, t('receipt')),
      el('button', { id: 'copy', click: () => void this.#copy(call(state, s)) }, t('copy')),
    ].filter((x): x is HTMLButtonElement | HTMLAnchorElement => Boolean(x));
  }

  async #copy(url: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      prompt(t('copy'), url); // where the clipboard is closed to us, it can be copied by hand
    }
    this.say(t('copied', { text: url }));
  }
}

// receipt is where a flag says what it was reckoned from.
const receipt = (state: State) => address(`flags/${encodeURIComponent(split(state.pick).id)}/receipt`, { datetime: state.day, asOf: knownAt(state) }).href;

// call is the API call that answers with what the panel shows.
export function call(state: State, s: Snapshot): string {
  const { kind, id } = split(state.pick);
  const extra: Record<string, string> = kind === 'segment' ? { unit: s.unit, datetime: when(state) } : { datetime: state.day };
  return address(`collections/${kind}s/items/${encodeURIComponent(id)}`, { ...extra, asOf: knownAt(state) }).href;
}

// sentence is the server's own in English, and the same said from its numbers in French.
function sentence(h: Hotspot): string {
  if (spoken() === 'en') return h.sentence;
  const values = { km: kms(stretchOf(h)), observed: number(h.observed), unit: said(h.unit), days: h.window_days, expected: number(h.expected) };
  return t('sentence', values);
}

type Fact = [string, string | Node];

function hotspotFacts(s: Snapshot, h: Placed<Hotspot>, bounds: Node): Fact[] {
  const caveats = s.sources.filter((x) => (h.agencies.includes(x.id) || h.agencies.includes(x.agency)) && x.caveat).map((x) => `${x.agency}: ${x.caveat}`);
  return [
    [t('level'), `${said(h.level)}, ${said(h.label)}`],
    [t('observed'), el('span', {}, `${number(h.observed)} ${said(h.unit)}`, bounds)],
    [t('expected'), number(h.expected)],
    [t('ratio'), t('ratioBounds', { ratio: number(h.ratio), low: number(h.ratio_low), high: number(h.ratio_high) })],
    [t('score'), number(h.score)],
    [t('byChance'), h.recurrence_days ? t('byChanceIs', { days: number(h.recurrence_days, 0) }) : ''],
    [t('unguardedShare'), h.unguarded_share === undefined ? '' : t('ofWindow', { share: share(h.unguarded_share) }) + (h.unknown_share ? `, ${t('ofWhich', { share: share(h.unknown_share) })}` : '')],
    [t('completeness'), share(h.completeness)],
    [t('first'), date(h.first_seen)],
    [t('direction'), said(h.direction)],
    [t('sources'), h.agencies.join(', ')],
    [t('caveat'), caveats.join(' ')],
    [t('marking'), marking(h)],
  ];
}

export const marking = (h: Hotspot) => `TLP:${h.tlp}${h.releasable_to?.length ? ` REL ${h.releasable_to.join(', ')}` : ''}`;

function segmentFacts(s: Snapshot, x: Segment, bounds: Node): Fact[] {
  return [
    [t('level'), x.level ? said(x.level) : t('none')],
    [t('sideCA'), x.admin_ca ?? ''], [t('sideUS'), x.admin_us ?? ''],
    [t('observed'), el('span', {}, `${number(x.observed)} ${said(s.unit)}`, bounds)],
    [t('expected'), number(x.expected)],
    [t('completeness'), x.completeness ? share(x.completeness) : t('silent')],
    [t('guard'), t(x.guarded === null ? 'unknown' : x.guarded ? 'guarded' : 'unguarded')],
    [t('unguardedShare'), x.unguarded_share === null ? '' : t('ofWindow', { share: share(x.unguarded_share) })],
  ];
}

// range are the bounds of what was counted, where overlapping reports leave any.
function range(found: Evidence): string {
  if (found.reported === 0) return ` (${t('noReport')})`;
  return found.upper - found.lower > 0.5 ? ` (${t('bounds', { low: number(found.lower), high: number(found.upper) })})` : '';
}

function ports(s: Snapshot, stretch: Stretch): Node | null {
  if (s.ports.length === 0) return null;
  const away = (p: Port) => Math.max(0, stretch.from - p.km, p.km - stretch.to);
  const near = s.ports.filter((p) => p.part === stretch.part && away(p) <= reach).sort((a, b) => away(a) - away(b));
  const hours = (p: Port) => (p.closed ? t('closedForGood') : [p.hours_ca && `${t('sideCA')} ${p.hours_ca}`, p.hours_us && `${t('sideUS')} ${p.hours_us}`].filter(Boolean).join('; '));
  return el('section', { class: 'near' }, el('h3', {}, t('ports')),
    near.length === 0 ? el('p', {}, t('noPorts')) : el('ul', {}, ...near.slice(0, 8).map((p) => el('li', {}, portIcon(portState(p)), el('span', {}, `${p.name ?? p.id}, km ${number(p.km)}${hours(p) ? ` · ${hours(p)}` : ''}`)))));
}
