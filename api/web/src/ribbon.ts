// The strip as a thing to work with: pointer, keyboard, brush, and what it says
// about the place below the pointer.
import type { Hotspot, Placed } from './api';
import { Brackets } from './brackets';
import type { Snapshot } from './data';
import { dayText, monday } from './days';
import { el } from './dom';
import { cell, expected } from './grid';
import { longestRun, meets, parseBrush, printBrush, stretchOf, type Stretch } from './line';
import { accent } from './palette';
import type { State, Store } from './state';
import { box, frame, kmAt, lane, paint, px, ribbonTop, top, type Frame } from './strip';
import { date, kms, number, pair, said, share, t } from './words';

export class Ribbon {
  readonly #still = el('canvas', { 'aria-hidden': 'true' });
  readonly #moving = el('canvas', { tabindex: 0, role: 'slider', 'aria-orientation': 'horizontal' });
  readonly #tip = el('div', { class: 'tip', 'aria-hidden': 'true', hidden: true });
  readonly #tools = el('div', { class: 'tools' });
  #s: Snapshot | null = null;
  #flags: Placed<Hotspot>[] = [];
  #frame: Frame | null = null;
  #cut = -1;
  #drag: { from: number; to: number } | null = null;
  #anchor = -1;
  readonly #brackets: Brackets;
  pointed: (cut: number) => void = () => {};
  sees: () => boolean[] = () => [];

  constructor(holder: HTMLElement, readonly store: Store) {
    const ribbon = el('div', { class: 'ribbon' }, this.#still, this.#moving);
    holder.replaceChildren(this.#tools, ribbon, this.#tip);
    this.#brackets = new Brackets(ribbon, store);
    this.#brackets.dropped = () => this.draw();
    new ResizeObserver(() => this.draw()).observe(holder);
    const m = this.#moving;
    m.addEventListener('pointermove', (e) => this.#move(e));
    m.addEventListener('pointerdown', (e) => this.#down(e));
    m.addEventListener('pointerup', (e) => this.#up(e));
    m.addEventListener('pointercancel', () => { this.#drag = null; });
    m.addEventListener('pointerleave', () => this.#leave());
    m.addEventListener('keydown', (e) => this.#key(e));
    m.addEventListener('blur', () => this.#leave());
  }

  show(s: Snapshot, flags: Placed<Hotspot>[]): void {
    this.#s = s;
    this.#flags = flags;
    this.draw();
  }

  get canvas(): HTMLCanvasElement {
    return this.#still;
  }

  draw(): void {
    const s = this.#s, state = this.store.state, holder = this.#still.parentElement;
    if (!s || !holder || holder.clientWidth === 0) return;
    const f = (this.#frame = frame(s, state, holder.clientWidth));
    const c = sized(this.#still, f);
    if (c) paint(c, f, s, state, this.#flags, this.sees());
    this.#brackets.show(f, s, state);
    this.#moving.setAttribute('aria-label', `${t('strip')}. ${t('stripHelp')}`);
    this.#moving.setAttribute('aria-valuemin', '0');
    this.#moving.setAttribute('aria-valuemax', String(s.line.cuts.length - 1));
    this.#offer(state);
    this.hover(this.#cut);
  }

  // offer shows what can be done with the brush.
  #offer(state: State): void {
    const brush = parseBrush(state.brush);
    const words = el('h2', {}, t('stripTitle'));
    const key = el('span', { class: 'key' }, ...legend(this.#s));
    const focused = document.activeElement?.id ?? '', seen = brush ? [] : this.sees();
    const back = () => { if (focused.startsWith('brush-')) (document.getElementById(focused) ?? this.#moving).focus(); };
    if (!brush) {
      this.#tools.replaceChildren(words, ...(seen.some(Boolean) && !seen.every(Boolean) ? [el('button', { id: 'brush-view', click: () => this.#brush(this.#inView()) }, t('brushView'))] : []), key);
      return back();
    }
    this.#tools.replaceChildren(words, el('span', { class: 'brushed' }, t('brushed', { stretch: kms(brush) })),
      el('button', { id: 'brush-open', click: () => this.store.set({ pick: `stretch:${state.brush}` }) }, t('openBrush')),
      el('button', { id: 'brush-zoom', click: () => this.store.set({ zoom: state.zoom ? '' : 'brush' }) }, t(state.zoom ? 'toWhole' : 'toBrush')),
      el('button', { id: 'brush-clear', click: () => this.store.set({ brush: '', zoom: '' }) }, t('clear')), key);
    back();
  }

  // inView is the longest stretch of one part that the map shows.
  #inView(): Stretch | null {
    return this.#s && longestRun(this.#s.line, this.sees());
  }

  // hover marks a segment, here or because the map says so.
  hover(cut: number, week = -1): void {
    this.#cut = cut;
    const f = this.#frame, s = this.#s;
    if (!f || !s) return;
    const c = sized(this.#moving, f), at = s.line.cuts[cut];
    this.#moving.setAttribute('aria-valuenow', String(Math.max(0, cut)));
    this.#moving.setAttribute('aria-valuetext', at ? this.#words(cut) : t('strip'));
    if (!c) return;
    if (this.#drag) box(c, f, s, this.#dragged(this.#drag) ?? { part: 'main', from: 0, to: 0 });
    if (!at) return;
    const [a, b] = s.line.span(at), x = px(f, a), width = Math.max(1.5, px(f, b) - x);
    c.strokeStyle = accent;
    c.lineWidth = 1.5;
    c.strokeRect(x - 0.75, top - 1, width + 1.5, ribbonTop - top + s.grid.weeks * f.week + 2);
    if (week >= 0) c.strokeRect(f.left, ribbonTop + week * f.week, f.width - f.left - f.right, f.week);
  }

  #words(cut: number, week = -1): string {
    const s = this.#s, at = s?.line.cuts[cut], segment = s?.segments[cut];
    if (!s || !at || !segment) return '';
    const flag = this.#flags.find((x) => meets(stretchOf(x), at));
    const place = `${kms(at)} ${at.name} ${at.admin}`;
    if (week >= 0) {
      const at = s.grid.weeks - 1 - week, c = cell(s.grid, cut, at), foreseen = expected(s.grid, cut, at);
      const count = (c.count !== null ? `${number(c.count)} ${t(s.unit)}` : t(c.known ? 'noReport' : 'silent')) + (foreseen === null ? '' : `\n${pair(t('expected'), number(foreseen))}`);
      return `${place}\n${pair(t('weekOf', { day: date(dayText(monday(s.grid.first + s.grid.weeks - 1 - week))) }), count)}`;
    }
    const level = flag ? pair(t('level'), `${said(flag.level)}, ${said(flag.label)}`) : segment.level ? pair(t('level'), said(segment.level)) : t('none');
    return [place, level, pair(t('completeness'), share(segment.completeness)), pair(t('unguardedShare'), share(segment.unguarded_share))].join('\n');
  }

  #at(e: PointerEvent): { x: number; cut: number; week: number } {
    const f = this.#frame, s = this.#s, r = this.#moving.getBoundingClientRect();
    if (!f || !s) return { x: 0, cut: -1, week: -1 };
    const x = kmAt(f, e.clientX - r.left), week = Math.floor((e.clientY - r.top - ribbonTop) / f.week);
    const inside = x >= f.from && x <= f.to;
    return { x: Math.min(f.to, Math.max(f.from, x)), cut: inside ? s.line.at(x) : -1, week: week >= 0 && week < s.grid.weeks ? week : -1 };
  }

  #move(e: PointerEvent): void {
    const { x, cut, week } = this.#at(e);
    if (this.#drag) this.#drag.to = x;
    this.hover(cut, week);
    this.pointed(cut);
    this.tell(cut < 0 ? '' : this.#words(cut, week), e.clientX, e.clientY);
  }

  // tell shows a few words near the pointer.
  tell(text: string, x: number, y: number): void {
    this.#tip.hidden = text === '';
    this.#tip.textContent = text;
    this.#tip.style.left = `${Math.min(x + 14, innerWidth - 240)}px`;
    this.#tip.style.top = `${Math.max(8, y - 64)}px`;
  }

  // about are the words for a segment, for those who point at the map.
  about(cut: number): string {
    return this.#words(cut);
  }

  #down(e: PointerEvent): void {
    const { x } = this.#at(e);
    this.#drag = { from: x, to: x };
    this.#moving.setPointerCapture(e.pointerId);
  }

  #up(e: PointerEvent): void {
    const drag = this.#drag, f = this.#frame, { cut } = this.#at(e);
    this.#drag = null;
    if (!drag || !f) return;
    if (Math.abs(px(f, drag.to) - px(f, drag.from)) > 4) this.#brush(this.#dragged(drag));
    else this.#open(cut, e.clientY - this.#moving.getBoundingClientRect().top < top + lane);
  }

  // dragged is the stretch that was dragged over, on the part where that began.
  #dragged(d: { from: number; to: number }): Stretch | null {
    const s = this.#s;
    if (!s) return null;
    const part = d.from <= s.line.end('alaska') ? 'alaska' : 'main', end = s.line.end(part);
    const km = [d.from, d.to].map((x) => Math.min(end, Math.max(0, part === 'alaska' ? x : s.line.length - x)));
    const from = Math.min(...km), to = Math.max(...km);
    return from < to ? { part, from: Math.floor(from / 10) * 10, to: Math.min(Math.ceil(end), Math.ceil(to / 10) * 10) } : null;
  }

  #brush(stretch: Stretch | null): void {
    if (stretch) this.store.set({ brush: printBrush(stretch) });
  }

  #open(cut: number, flagLane = true): void {
    const at = this.#s?.line.cuts[cut];
    if (!at) return;
    const flag = flagLane ? this.#flags.find((x) => meets(stretchOf(x), at)) : undefined;
    this.store.set({ pick: flag ? `flag:${flag.id}` : `segment:${at.id}` });
  }

  #leave(): void {
    this.hover(-1);
    this.pointed(-1);
    this.tell('', 0, 0);
  }

  #key(e: KeyboardEvent): void {
    const s = this.#s;
    if (!s) return;
    const steps: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -1e6, End: 1e6 };
    const order = s.line.cuts.map((_, i) => i).sort((a, b) => s.line.span(s.line.cuts[a] as Stretch)[0] - s.line.span(s.line.cuts[b] as Stretch)[0]);
    const step = steps[e.key], now = order.indexOf(this.#cut);
    if (e.key === 'Enter' || e.key === ' ') this.#open(this.#cut);
    else if (e.key === 'Escape') this.store.set({ brush: '', zoom: '' });
    else if (step === undefined) return;
    else {
      const next = order[Math.min(order.length - 1, Math.max(0, now < 0 ? (step < 0 ? order.length - 1 : 0) : now + step))] ?? 0;
      if (e.shiftKey) this.#extend(this.#cut, next);
      else this.#anchor = -1;
      this.hover(next);
      this.pointed(next);
    }
    e.preventDefault();
  }

  // extend brushes from where Shift was first held to here.
  #extend(from: number, to: number): void {
    if (this.#anchor < 0) this.#anchor = Math.max(0, from);
    const a = this.#s?.line.cuts[this.#anchor], b = this.#s?.line.cuts[to];
    if (a && b && a.part === b.part) this.store.set({ brush: printBrush({ part: a.part, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }) }, false);
  }
}

function legend(s: Snapshot | null): Node[] {
  if (!s) return [];
  const one = (kind: string, text: string) => el('span', { class: 'one' }, el('i', { class: `chip ${kind}` }), text);
  return [one('part', t('guardedPart')), one('nothing', t('silent')), one('still', t('noReport')), one('zero', '0'), one('ramp', `${number(s.grid.most)} ${t('perWeek', { unit: t(s.unit) })}`)];
}

function sized(canvas: HTMLCanvasElement, f: Frame): CanvasRenderingContext2D | null {
  const ratio = Math.max(1, Math.min(3, devicePixelRatio || 1));
  canvas.width = Math.round(f.width * ratio);
  canvas.height = Math.round(f.height * ratio);
  canvas.style.width = `${f.width}px`;
  canvas.style.height = `${f.height}px`;
  const c = canvas.getContext('2d');
  c?.scale(ratio, ratio);
  return c;
}
