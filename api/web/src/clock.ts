// Time: the day of what happened, the day of what was known, the hour for guard,
// and play, which goes on when the day that it is at has been drawn.
import { el } from './dom';
import { dayNumber, dayText, today } from './days';
import { localTimes } from './zones';
import type { Snapshot } from './data';
import { pickedStretch } from './pick';
import type { State, Store } from './state';
import { date, t } from './words';

const longAgo = '2000-01-01'; // until it is known when the reports begin

export class Clock {
  readonly #day: HTMLInputElement;
  readonly #slider: HTMLInputElement;
  readonly #known: HTMLSelectElement;
  readonly #knownDay: HTMLInputElement;
  readonly #hour: HTMLSelectElement;
  readonly #play: HTMLButtonElement;
  readonly #step: HTMLSelectElement;
  readonly #local: HTMLElement;
  #playing = false;
  #timer = 0;

  constructor(holder: HTMLElement, readonly store: Store) {
    const set = (patch: Partial<State>, step = true) => store.set(patch, step);
    const by = (days: number) => () => set({ day: this.#shifted(days) });
    this.#day = el('input', { type: 'date', id: 'day', min: longAgo, max: today(), change: () => this.#day.value && set({ day: this.#day.value }) });
    this.#slider = el('input', {
      type: 'range', id: 'slider', min: dayNumber(longAgo), max: dayNumber(today()), 'aria-label': t('happened'),
      input: () => this.#announce(), change: () => set({ day: dayText(Number(this.#slider.value)) }),
    });
    this.#known = el('select', { id: 'known', change: () => this.#know() },
      ...(['', 'day', 'date'] as const).map((v) => el('option', { value: v }, t(v === '' ? 'knownNow' : v === 'day' ? 'knownDay' : 'knownOn'))));
    this.#knownDay = el('input', { type: 'date', min: longAgo, max: today(), 'aria-label': t('knownDate'), change: () => this.#knownDay.value && set({ known: this.#knownDay.value }) });
    this.#hour = el('select', { id: 'hour', change: () => set({ hour: this.#hour.value }) },
      el('option', { value: '' }, t('endOfDay')), ...Array.from({ length: 24 }, (_, h) => el('option', { value: String(h).padStart(2, '0') }, `${String(h).padStart(2, '0')}:00`)));
    this.#play = el('button', { id: 'play', click: () => this.play(!this.#playing) });
    this.#step = el('select', { id: 'step', 'aria-label': t('step') }, ...[['1', 'stepDay'], ['7', 'stepWeek'], ['28', 'stepMonth']].map(([value, word]) => el('option', { value, selected: value === '7' }, t(word as 'stepDay'))));
    this.#local = el('p', { class: 'local' });
    holder.replaceChildren(
      el('h2', { class: 'hidden' }, t('time')),
      el('div', { class: 'clock' }, el('label', { for: 'day' }, t('happened')),
        el('span', { class: 'group' }, el('button', { 'aria-label': t('dayBack'), click: by(-1) }, '‹'), this.#day, el('button', { 'aria-label': t('dayOn'), click: by(1) }, '›'))),
      el('div', { class: 'clock' }, el('label', { for: 'known' }, t('knownAs')), el('span', { class: 'group' }, this.#known, this.#knownDay)),
      el('div', { class: 'clock' }, el('label', { for: 'hour' }, t('hour')), this.#hour),
      el('div', { class: 'clock run' }, el('span', { class: 'group' }, this.#play, this.#step), el('span', { class: 'slide' }, this.#slider)),
      this.#local);
    this.show(store.state, null);
  }

  #shifted(days: number): string {
    const day = dayNumber(this.store.state.day || today()) + days;
    return dayText(Math.min(dayNumber(today()), Math.max(Number(this.#slider.min), day)));
  }

  #know(): void {
    const value = this.#known.value;
    this.store.set({ known: value === 'date' ? this.store.state.day : value });
  }

  // announce shows the day of the slider while it is moved.
  #announce(): void {
    this.#day.value = dayText(Number(this.#slider.value));
    this.#slider.setAttribute('aria-valuetext', date(this.#day.value));
  }

  // show brings the controls to a state.
  show(state: State, s: Snapshot | null): void {
    const dated = state.known !== '' && state.known !== 'day';
    this.#day.value = state.day;
    if (s) this.#begin(s.beginning);
    this.#slider.value = String(dayNumber(state.day || today()));
    this.#slider.setAttribute('aria-valuetext', date(state.day));
    this.#known.value = dated ? 'date' : state.known;
    this.#knownDay.hidden = !dated;
    this.#knownDay.value = dated ? state.known : '';
    this.#hour.value = state.hour;
    this.#play.textContent = `${this.#playing ? '❚❚' : '▶'} ${t(this.#playing ? 'pause' : 'play')}`;
    this.#play.setAttribute('aria-pressed', String(this.#playing));
    const stretch = s && pickedStretch(s, state.pick), cut = stretch && s.line.cuts[s.line.within(stretch)[0]];
    this.#local.textContent = localTimes(state, cut ?? null);
  }

  #begin(day: string): void {
    this.#slider.min = String(dayNumber(day));
    this.#day.min = this.#knownDay.min = day;
  }

  play(on: boolean): void {
    this.#playing = on;
    clearTimeout(this.#timer);
    this.show(this.store.state, null);
    if (on) this.#advance();
  }

  // drawn says that the day that was asked for is on the screen.
  drawn(): void {
    if (!this.#playing) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#advance(), 600);
  }

  #advance(): void {
    const next = this.#shifted(Number(this.#step.value));
    if (next === this.store.state.day) return this.play(false);
    this.store.set({ day: next }, false);
  }
}
