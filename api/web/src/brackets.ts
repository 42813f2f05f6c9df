// The brackets beside the strip: the longest window that hot spots are looked for in,
// and the weeks before it that are shown and compared. Each has a handle that can be
// dragged, and moved with the arrow keys.
import type { Snapshot } from './data';
import { windowWeeks } from './days';
import { el } from './dom';
import { bases, windows, type State, type Store } from './state';
import { ribbonTop, type Frame } from './strip';
import { pair, t } from './words';

const longest = String(windowWeeks * 7);

// nearest is the value whose number lies nearest.
export const nearest = <T extends string>(values: readonly T[], to: number, of: (value: T) => number): T =>
  values.reduce((best, v) => (Math.abs(of(v) - to) < Math.abs(of(best) - to) ? v : best));

const weeksOfWindow = (v: string) => Number(v || longest) / 7;

interface Handle { element: HTMLElement; values: readonly string[]; weeks: (value: string) => number; key: 'window' | 'base' }

export class Brackets {
  readonly #handles: Handle[];
  #frame: Frame | null = null;

  constructor(holder: HTMLElement, readonly store: Store) {
    this.#handles = [
      { element: this.#handle('window'), values: windows, weeks: weeksOfWindow, key: 'window' },
      { element: this.#handle('base'), values: bases, weeks: (v) => windowWeeks + Number(v), key: 'base' },
    ];
    for (const h of this.#handles) {
      holder.append(h.element);
      this.#listen(h);
    }
  }

  #handle(key: string): HTMLElement {
    return el('div', { id: `handle-${key}`, class: 'handle', hidden: true, role: 'slider', tabindex: 0, 'aria-orientation': 'vertical' });
  }

  show(f: Frame, s: Snapshot, state: State): void {
    this.#frame = f;
    for (const h of this.#handles) {
      h.element.hidden = false;
      const value = state[h.key], at = h.values.indexOf(value), window = h.key === 'window';
      const y = ribbonTop + Math.min(s.grid.weeks, h.weeks(value)) * f.week;
      h.element.style.transform = `translate(${f.width - f.right + 2}px, ${y - 12}px)`;
      h.element.setAttribute('aria-label', t(window ? 'windowHandle' : 'baseHandle'));
      h.element.setAttribute('aria-valuemin', '0');
      h.element.setAttribute('aria-valuemax', String(h.values.length - 1));
      h.element.setAttribute('aria-valuenow', String(at));
      h.element.setAttribute('aria-valuetext', window ? t('nDays', { n: value || longest }) : t('nWeeks', { n: value }));
      h.element.title = pair(t(window ? 'windowHandle' : 'baseHandle'), h.element.getAttribute('aria-valuetext') ?? '');
    }
  }

  #set(h: Handle, value: string, step: boolean): void {
    if (value !== this.store.state[h.key]) this.store.set({ [h.key]: value } as Partial<State>, step);
  }

  #listen(h: Handle): void {
    const e = h.element;
    let dragging = false, week = 0;
    const asked = (event: PointerEvent) => {
      const top = e.parentElement?.getBoundingClientRect().top ?? 0;
      return nearest(h.values, (event.clientY - top - ribbonTop) / week, h.weeks);
    };
    const follow = (event: PointerEvent) => {
      const value = asked(event);
      e.style.transform = `translate(${(this.#frame?.width ?? 0) - (this.#frame?.right ?? 0) + 2}px, ${ribbonTop + h.weeks(value) * week - 12}px)`;
      e.dataset.value = h.key === 'window' ? t('nDays', { n: value || longest }) : t('nWeeks', { n: value });
    };
    e.addEventListener('pointerdown', (event) => {
      dragging = true;
      week = this.#frame?.week ?? 1; // the scale while it is dragged
      e.setPointerCapture(event.pointerId);
      e.focus();
      follow(event);
      event.preventDefault();
    });
    e.addEventListener('pointermove', (event) => { if (dragging) follow(event); });
    const end = (event: PointerEvent, take: boolean) => {
      if (!dragging) return;
      dragging = false;
      delete e.dataset.value;
      const value = take ? asked(event) : this.store.state[h.key];
      this.#set(h, value, true);
      this.dropped();
    };
    e.addEventListener('pointerup', (event) => end(event, true));
    e.addEventListener('pointercancel', (event) => end(event, false));
    e.addEventListener('keydown', (event) => this.#key(h, event));
  }

  // dropped is called when a handle was let go, wherever that was.
  dropped: () => void = () => {};

  #key(h: Handle, event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 1, PageUp: -1, Home: -9, End: 9 };
    const step = steps[event.key];
    if (step === undefined) return;
    const at = h.values.indexOf(this.store.state[h.key]), next = h.values[Math.min(h.values.length - 1, Math.max(0, at + step))];
    if (next !== undefined) this.#set(h, next, true);
    event.preventDefault();
  }
}
