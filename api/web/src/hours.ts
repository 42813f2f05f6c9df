// Opening hours of ports, in the part of OpenStreetMap's syntax that the server
// gives, read for one thing: the picture of a week. What is not understood here is
// null, and then only the words are shown; the server says what holds at an instant.
import { dayNumber, dayText } from './days';

export type Open = 'open' | 'closed' | 'unknown';

interface Day { year: number; month: number; day: number; weekday: number; nth: number; shift: number } // year, day, nth: 0: not said
interface Dates { from: Day; to: Day; open: boolean }
interface Rule { years: [number, number][]; dates: Dates[]; weekdays: Set<number> | null; spans: [number, number][]; state: Open }

export interface Hours { rules: Rule[]; holidays: boolean } // holidays: other hours hold on some

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const month = `(?:${months.join('|')})`, weekday = `(?:${weekdays.join('|')})`;
const date = `(?:\\d{4} )?${month}(?: (?:\\d\\d?(?![\\d:])|${weekday}\\[-?\\d\\]))?(?: [+-]\\d+ days?)?`;
const dates = new RegExp(`^${date}(?:\\+|-(?:${date}|\\d\\d?(?![\\d:])))?`);

// rest is text that is taken from its beginning.
class Rest {
  constructor(public text: string) {}

  take(what: RegExp): RegExpExecArray | null {
    const found = what.exec(this.text);
    if (found) this.text = this.text.slice(found[0].length).trimStart();
    return found;
  }
}

// parse reads hours, null where they are empty or not understood.
export function parse(text: string | null): Hours | null {
  const hours: Hours = { rules: [], holidays: false };
  for (const part of (text ?? '').split(';')) {
    const rule = readRule(part.trim(), hours);
    if (rule === null) return null;
    if (rule) hours.rules.push(rule);
  }
  return hours;
}

// readRule is undefined where a rule is about holidays alone.
function readRule(text: string, hours: Hours): Rule | null | undefined {
  const rest = new Rest(text), rule: Rule = { years: [], dates: [], weekdays: null, spans: [], state: 'open' };
  if (text === '') return null;
  while (!dates.test(rest.text)) {
    const found = rest.take(/^(\d{4})(\+|-(\d{4}))?,?(?= |$)/);
    if (!found) break;
    const from = Number(found[1]);
    rule.years.push([from, found[2] === '+' ? 9999 : Number(found[3] ?? from)]);
  }
  for (let found = rest.take(dates), year = 0; found; found = rest.take(/^,/) && rest.take(dates)) {
    const [from, to = '', open] = halves(found[0]), begin = readDay(from, year);
    year = begin.year;
    rule.dates.push({ from: begin, to: to === '' ? begin : readDay(/^\d\d?$/.test(to) ? `${months[begin.month]} ${to}` : to, year), open });
  }
  if (!readWeekdays(rest, rule, hours)) return null;
  if (!rest.take(/^24\/7/)) for (let found = rest.take(span); found; found = rest.take(/^,/) && rest.take(span)) rule.spans.push(minutes(found));
  const state = rest.take(/^(open|off|closed|unknown)\b/i)?.[1]?.toLowerCase(), comment = rest.take(/^"[^"]*"/);
  rule.state = state === 'off' || state === 'closed' ? 'closed' : state === 'unknown' || (!state && comment) ? 'unknown' : 'open';
  if (rest.text !== '') return null;
  return rule.weekdays?.size === 0 ? undefined : rule;
}

const span = /^(\d\d?):(\d\d)-(\d\d?):(\d\d)/;

// minutes is a span in minutes of the day; beyond 24:00 it goes on into the next.
function minutes(found: RegExpExecArray): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = found.slice(1).map(Number), from = a * 60 + b, to = c * 60 + d;
  return [from, to < from ? to + 1440 : to];
}

function halves(text: string): [string, string | undefined, boolean] {
  if (text.endsWith('+')) return [text.slice(0, -1), undefined, true];
  const at = text.search(/(?<! )-(?![\d]\])/); // not that of "-1 day" or "[-1]"
  return at < 0 ? [text, undefined, false] : [text.slice(0, at), text.slice(at + 1), false];
}

function readDay(text: string, year: number): Day {
  const found = new RegExp(`^(?:(\\d{4}) )?(${month})(?: (?:(\\d\\d?)|(${weekday})\\[(-?\\d)\\]))?(?: ([+-]\\d+) days?)?$`).exec(text);
  return {
    year: Number(found?.[1] ?? year), month: months.indexOf(found?.[2] ?? ''), day: Number(found?.[3] ?? 0),
    weekday: weekdays.indexOf(found?.[4] ?? ''), nth: Number(found?.[5] ?? 0), shift: Number(found?.[6] ?? 0),
  };
}

function readWeekdays(rest: Rest, rule: Rule, hours: Hours): boolean {
  const one = new RegExp(`^(?:PH|(${weekday})(?:-(${weekday}))?)(?!\\[)`);
  for (let found = rest.take(one); found; found = rest.take(/^,/) && rest.take(one)) {
    rule.weekdays ??= new Set();
    const from = weekdays.indexOf(found[1] ?? ''), to = weekdays.indexOf(found[2] ?? found[1] ?? '');
    if (from < 0) hours.holidays = true;
    else for (let i = from; ; i = (i + 1) % 7) {
      rule.weekdays.add(i);
      if (i === to) break;
    }
  }
  return !/^(?:PH|Mo|Tu|We|Th|Fr|Sa|Su|\d{4}|,)/.test(rest.text);
}

const number = (year: number, of: number, day: number) => dayNumber(new Date(Date.UTC(year, of, day)).toISOString());
const weekdayOf = (day: number) => (((day + 3) % 7) + 7) % 7; // Monday is 0

// bound is the first or the last day of a date in a year.
function bound(x: Day, year: number, last: boolean): number {
  if (x.nth > 0) {
    const first = number(year, x.month, 1);
    return first + ((x.weekday - weekdayOf(first) + 7) % 7) + 7 * (x.nth - 1) + x.shift;
  }
  if (x.nth < 0) {
    const end = number(year, x.month + 1, 0);
    return end - ((weekdayOf(end) - x.weekday + 7) % 7) + 7 * (x.nth + 1) + x.shift;
  }
  if (x.day > 0) return number(year, x.month, x.day) + x.shift;
  return last ? number(year, x.month + 1, 0) : number(year, x.month, 1);
}

function within(x: Dates, day: number, year: number): boolean {
  if (x.from.year > 0) {
    return day >= bound(x.from, x.from.year, false) && (x.open || day <= bound(x.to, x.to.year || x.from.year, true));
  }
  const from = bound(x.from, year, false), to = bound(x.to, year, true);
  return from <= to ? from <= day && day <= to : day >= from || day <= to;
}

function holds(r: Rule, day: number): boolean {
  const year = Number(dayText(day).slice(0, 4));
  if (r.years.length > 0 && !r.years.some(([from, to]) => from <= year && year <= to)) return false;
  if (r.dates.length > 0 && !r.dates.some((x) => within(x, day, year))) return false;
  return r.weekdays === null || r.weekdays.has(weekdayOf(day));
}

const covers = (r: Rule, minute: number) => (r.spans.length === 0 ? minute < 1440 : r.spans.some(([from, to]) => from <= minute && minute < to));

// at says whether it is open at a minute of a day, by the clock on the wall. A later
// rule overrides the earlier ones for its day; one that closes, at its times only.
export function at(h: Hours, day: number, minute: number): Open {
  let state: Open = 'closed';
  for (const r of h.rules) {
    if (holds(r, day)) {
      if (r.state !== 'closed') state = 'closed';
      if (covers(r, minute)) state = r.state;
    }
    if (covers(r, minute + 1440) && holds(r, day - 1)) state = r.state;
  }
  return state;
}

// week is the week of a day, hour by hour from Monday 00:00 on: the share of each
// hour that it is open, null where it is not known.
export function week(h: Hours, day: string): (number | null)[] {
  const first = dayNumber(day) - weekdayOf(dayNumber(day));
  return Array.from({ length: 168 }, (_, i) => {
    const states = [0, 15, 30, 45].map((m) => at(h, first + Math.floor(i / 24), (i % 24) * 60 + m));
    return states.includes('unknown') ? null : states.filter((s) => s === 'open').length / states.length;
  });
}
