// The panel: all that is known of a flag, a hot spot, a segment, a stretch, a port
// or a post.
import { address, type Placed, type Port, type Post } from './api';
import { chart } from './chart';
import { knownAt, when, type Snapshot } from './data';
import { windowWeeks } from './days';
import { el, fill } from './dom';
import { evidence, type Evidence } from './evidence';
import { hotspotFacts, range, segmentFacts, stretchFacts, type Shown } from './facts';
import { flagIcon, portIcon, postIcon } from './icons';
import { key } from './key';
import type { Stretch } from './line';
import { portState } from './mapdata';
import { pickedHotspot, pickedPort, pickedPost, pickedStretch, split } from './pick';
import { near, portFacts, portWeeks, postFacts, type Fact } from './port';
import { receipt } from './receipt';
import { sentence } from './sentence';
import type { State, Store } from './state';
import { weekOf } from './unguarded';
import { kms, t } from './words';

export class Panel {
  locate: (s: Stretch) => void = () => {};
  say: (text: string) => void = () => {};

  constructor(readonly holder: HTMLElement, readonly store: Store) {}

  show(s: Snapshot, state: State): void {
    const { kind, id } = split(state.pick), stretch = pickedStretch(s, state.pick);
    this.holder.hidden = !stretch;
    if (!stretch) return this.holder.replaceChildren();
    const port = pickedPort(s, state.pick), post = pickedPost(s, state.pick);
    if (port) return this.#place(s, state, stretch, portIcon(portState(port)), port, portFacts(port), portWeeks(port, state));
    if (post) return this.#place(s, state, stretch, postIcon(), post, postFacts(post), null);
    const hotspot = pickedHotspot(s, state.pick), segment = kind === 'segment' ? s.segments[s.line.index(id)] : undefined;
    this.#stretch(s, state, { stretch, hotspot, segment });
  }

  #place(s: Snapshot, state: State, stretch: Stretch, icon: Node, p: Placed<Port> | Placed<Post>, facts: Fact[], also: Node | null): void {
    const cut = s.line.cuts[s.line.within(stretch)[0]];
    fill(this.holder, this.#title(icon, p.name ?? p.id), list(facts), also,
      el('div', { class: 'group' }, ...this.#buttons(s, state, stretch),
        cut && el('button', { click: () => this.store.set({ pick: `segment:${cut.id}` }) }, kms(cut))));
  }

  #title(icon: Node | null, text: string): Node {
    return el('div', { class: 'bar' }, el('h2', { id: 'panel-title', tabindex: -1 }, icon, ` ${text}`),
      el('button', { class: 'close', 'aria-label': t('close'), click: () => this.store.set({ pick: '' }) }, '×'));
  }

  #stretch(s: Snapshot, state: State, shown: Shown): void {
    const { stretch, hotspot, segment } = shown, window = hotspot?.window_days ?? (Number(state.window) || windowWeeks * 7);
    const bounds = el('span', {}, ''), plot = el('div', { class: 'plot' }), hours = el('div', { class: 'weeks' });
    const facts = hotspot ? hotspotFacts(s, hotspot, bounds) : segment ? segmentFacts(s, segment, bounds) : [];
    const drawPlot = (found: Evidence | null) => plot.replaceChildren(chart(s, stretch, Math.max(220, Math.min(640, this.holder.clientWidth - 32)), window, found));
    const level = (hotspot ?? segment)?.level, name = (hotspot ?? segment)?.name;
    fill(this.holder, this.#title(level ? flagIcon(level) : null, `${kms(stretch)}${name ? ` · ${name}` : ''}`),
      hotspot && el('p', { class: 'sentence' }, sentence(hotspot)),
      plot, list([...facts, ...stretchFacts(s, stretch, window, hotspot || segment ? null : bounds)]), hours, ...near(s, stretch, state, this.store),
      el('div', { class: 'group' }, ...this.#buttons(s, state, stretch)));
    drawPlot(null);
    void weekOf(s, state, stretch, window, hotspot?.direction ?? '').then((picture) => { if (picture && hours.isConnected) hours.replaceChildren(...picture); });
    void evidence(s, state, stretch, window).then((found) => {
      if (!plot.isConnected || !found) return;
      bounds.textContent = range(found);
      if (found.band) drawPlot(found);
    });
  }

  #buttons(s: Snapshot, state: State, stretch: Stretch): Node[] {
    const [a, b] = s.line.within(stretch), { kind } = split(state.pick);
    const west = stretch.part === 'main' ? s.line.cuts[b + 1] : s.line.cuts[a - 1], east = stretch.part === 'main' ? s.line.cuts[a - 1] : s.line.cuts[b + 1];
    const go = (to: typeof west, word: 'previous' | 'following') =>
      to && to.part === stretch.part && el('button', { click: () => this.store.set({ pick: `segment:${to.id}` }) }, word === 'previous' ? `← ${t(word)}` : `${t(word)} →`);
    const url = call(state, s, stretch);
    return [
      go(west, 'previous'), go(east, 'following'),
      el('button', { click: () => this.locate(stretch) }, t('show')),
      kind === 'flag' && receiptLink(state),
      el('button', { id: 'copy', click: () => void this.#copy(url) }, t('copy')),
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

const list = (facts: Fact[]) => el('dl', {}, ...facts.flatMap(([name, value]) => (value === '' ? [] : [el('dt', {}, name), el('dd', {}, value)])));

// receiptLink opens where a flag says what it was reckoned from. A link cannot carry a
// key, so with one the receipt is fetched and saved.
function receiptLink(state: State): Node {
  const at = address(`flags/${encodeURIComponent(split(state.pick).id)}/receipt`, { datetime: state.day, asOf: knownAt(state) });
  return key() === '' ? el('a', { class: 'button', href: at.href, target: '_blank', rel: 'noopener' }, t('receipt')) : el('button', { click: () => void receipt(at) }, t('receipt'));
}

// call is the API call that answers with what the panel shows.
export function call(state: State, s: Snapshot, stretch: Stretch): string {
  const { kind, id } = split(state.pick), asOf = knownAt(state);
  if (kind === 'stretch') {
    const filter = `part = '${stretch.part}' AND km_from < ${stretch.to} AND km_to > ${stretch.from}`;
    return address('collections/segments/items', { filter, unit: s.unit, datetime: when(state), asOf, window: state.window && `P${state.window}D` }).href;
  }
  const extra: Record<string, string> = kind === 'segment' ? { unit: s.unit, datetime: when(state), asOf, window: state.window && `P${state.window}D` }
    : kind === 'port' ? { datetime: when(state) } : kind === 'post' ? { asOf } : { datetime: state.day, asOf };
  return address(`collections/${kind}s/items/${encodeURIComponent(id)}`, extra).href;
}

