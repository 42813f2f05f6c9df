// What the sources say and reckon by themselves, without a browser.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { sources } from './sources.mjs';

let words, sentence, hours, week, events, evidence, palette, line, unguarded, key;

before(async () => {
  globalThis.document = { documentElement: {}, baseURI: 'http://127.0.0.1/map/' }; // all that these ask of a page
  [words, sentence, hours, week, events, evidence, palette, line, unguarded, key] =
    await sources('words', 'sentence', 'hours', 'week', 'events', 'evidence', 'palette', 'line', 'unguarded', 'key');
});

test('every text stands in both languages, with the same values in it', () => {
  const alike = new Set();
  for (const [name, pair] of Object.entries(words.words)) {
    assert.equal(pair.length, 2, name);
    const [en, fr] = pair.map((text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join());
    assert.equal(en, fr, `${name} has other values in French`);
    assert.ok(pair.every((text) => text.trim() !== ''), `${name} is empty`);
    if (pair[0] === pair[1]) alike.add(name);
  }
  // These are the same word in both; any other would have been left untranslated.
  const same = ['interceptions', 'km', 'licences', 'note', 'pause', 'segments', 'sideCA', 'sources', 'station'];
  assert.deepEqual([...alike].filter((name) => !same.includes(name)), []);
});

test('the sentence says in French what the server says in English, chance and all', () => {
  const h = {
    unit: 'detections', part: 'main', km_from: 4270, km_to: 4290, window_days: 56, observed: 189, expected: 9.87, completeness: 1, recurrence_days: 608.8,
    sentence: 'km 4270–4290: 189 detections in 56 days where its own last two years, season and reporting allowed for, expect 9.9; chance alone shows the like somewhere on the frontier once in 20 months.',
  };
  words.speak('en');
  assert.equal(sentence.sentence(h), h.sentence);
  words.speak('fr');
  assert.equal(sentence.sentence(h), 'km 4270–4290 : 189 détections en 56 jours, là où ses deux dernières années, compte tenu de la saison et des déclarations, en laissent attendre 9,9 ; ' +
    'le hasard seul en montre autant quelque part sur la frontière une fois en 20 mois.');
  const young = { ...h, part: 'alaska', completeness: 0.5, expected: 0.034, recurrence_days: 41, sentence: h.sentence.replace('two years', '30 weeks') };
  const said = sentence.sentence(young).replaceAll('\u00a0', ' ');
  for (const part of ['(Alaska)', 'ses 30 dernières semaines', 'attendre 0,03 ;', '50 % de ses déclarations sont reçues ;', 'une fois en 41 jours.']) assert.ok(said.includes(part), `${part} is missing in ${said}`);
  assert.equal(sentence.duration(800), '2 ans');
});

// Monday 2025-03-03 is day 20150.
const monday = Date.UTC(2025, 2, 3) / 86_400_000;
const at = (text, day, hour, minute = 0) => hours.at(hours.parse(text), day, hour * 60 + minute);

test('opening hours are read as the server reads them', () => {
  for (const [text, day, hour, want] of [
    ['24/7', monday, 3, 'open'],
    ['unknown; 2025 Jan 06+ 08:00-18:00', monday, 8, 'open'],
    ['unknown; 2025 Jan 06+ 08:00-18:00', monday, 18, 'closed'],
    ['unknown; 2025 Jan 06+ 08:00-18:00', monday - 100, 9, 'unknown'],
    ['unknown; 2025 Jan 06-2025 May 05 09:00-22:00', monday + 90, 10, 'unknown'],
    ['unknown; 2025 Jan 06+ off; 2025 Jan 06+ Mo-Fr 10:00-18:00', monday + 5, 12, 'closed'],
    ['unknown; 2025 Jan 06+ off; 2025 Jan 06+ Mo-Fr 10:00-18:00', monday + 4, 12, 'open'],
    ['May Fr[3]-Sep 15 09:00-19:00', Date.UTC(2025, 4, 15) / 864e5, 12, 'closed'], // the third Friday is the 16th
    ['May Fr[3]-Sep 15 09:00-19:00', Date.UTC(2025, 4, 16) / 864e5, 12, 'open'],
    ['May Mo[-1]-Sep Mo[1] 08:00-18:00', Date.UTC(2025, 4, 26) / 864e5, 12, 'open'],
    ['08:00-24:00; 2024+ Mar Su[2]-Nov Su[1] -1 day 07:00-23:00', Date.UTC(2025, 10, 1) / 864e5, 7, 'open'],
    ['08:00-24:00; 2024+ Mar Su[2]-Nov Su[1] -1 day 07:00-23:00', Date.UTC(2025, 10, 2) / 864e5, 7, 'closed'],
    ['24/7; Nov-Mar 08:00-24:00', Date.UTC(2025, 11, 5) / 864e5, 7, 'closed'],
    ['24/7; Nov-Mar 08:00-24:00', Date.UTC(2025, 3, 5) / 864e5, 7, 'open'],
    ['Mo 22:00-02:00', monday + 1, 1, 'open'],
    ['Mo 22:00-02:00', monday, 1, 'closed'],
  ]) assert.equal(at(text, day, hour), want, `${text}, day ${day - monday}, ${hour} h`);
});

test('hours that are not understood are left to the server', () => {
  for (const text of ['', null, 'sunrise-sunset', 'Mo-Fr 08:00+', '08:00-16:00 || 24/7', 'week 3 08:00-10:00', 'Su[1] 08:00-10:00', '08:00-16:00;', 'nonsense']) assert.equal(hours.parse(text), null, String(text));
  assert.equal(hours.parse('24/7; PH unknown').holidays, true);
});

test('a week is said in words, days that are alike together', () => {
  words.speak('en');
  const shares = hours.week(hours.parse('off; Mo-Fr 09:00-17:00'), '2025-03-05');
  assert.equal(week.inWords({ kind: 'open', shares }), 'Mon–Fri 9–17 h; Sat–Sun closed');
  assert.equal(week.inWords({ kind: 'open', shares: hours.week(hours.parse('unknown'), '2025-03-05') }), 'not known');
  assert.equal(week.inWords({ kind: 'unguarded', shares: Array.from({ length: 168 }, (_, i) => (i % 24 < 6 ? 1 : 0.2)) }), 'every day 0–6 h');
  assert.equal(week.hourOfWeek(new Date('2025-03-05T15:00:00Z'), 'America/Winnipeg'), 2 * 24 + 9);
});

test('the week of a stretch is the mean by length, and not known where most is not', () => {
  const flat = (unguarded, unknown) => ({ zone: 'UTC', unguarded_share: Array(168).fill(unguarded), unknown_share: Array(168).fill(unknown) });
  assert.equal(unguarded.joined([flat(1, 0), flat(0, 0)], [30, 10])[0], 0.75);
  assert.equal(unguarded.joined([flat(1, 1), flat(0, 0)], [30, 10])[0], null);
  assert.equal(unguarded.joined([flat(null, null)], [10])[0], null);
});

test('events come out whole however the stream is cut', () => {
  const stream = '\uFEFF: hello\r\nretry: 2500\r\nid: 7\r\nevent: report\r\ndata: {"a":\r\ndata: 1}\r\n\r\nid: 8\n\nevent: flag\ndata\ndata: x\n\ndata: cut off';
  for (let size = 1; size <= stream.length; size++) {
    const told = [], pauses = [];
    const read = events.reader((e) => told.push(e), (ms) => pauses.push(ms));
    for (let i = 0; i < stream.length; i += size) read(stream.slice(i, i + size));
    assert.deepEqual(told, [{ event: 'report', data: '{"a":\n1}', id: '7' }, { event: 'message', data: '', id: '8' }, { event: 'flag', data: '\nx', id: '8' }], `in pieces of ${size}`);
    assert.deepEqual(pauses, [2500]);
  }
});

test('the band of a stretch adds spreads in squares, and is that of the server for one segment', () => {
  const bin = (expected, expected_low, expected_high) => ({ expected, expected_low, expected_high });
  assert.deepEqual(evidence.bandOf([[bin(2, 1, 5)]]), [{ low: 1, high: 5 }]);
  assert.deepEqual(evidence.bandOf([[bin(10, 7, 13)], [bin(10, 6, 14)]]), [{ low: 15, high: 25 }]);
  assert.deepEqual(evidence.bandOf([[bin(10, 7, 13)], [bin(null, null, null)]]), [{ low: null, high: null }]);
});

test('what is not known is hatched, and nothing is green', () => {
  const nothing = { level: null, completeness: null, guarded: null, observed: null };
  for (const layer of ['completeness', 'guard', 'density']) assert.equal(palette.look(layer, nothing, 10).hatch, true, layer);
  assert.equal(palette.look('completeness', { ...nothing, completeness: 0 }, 10).hatch, true);
  assert.equal(palette.look('completeness', { ...nothing, completeness: 0.1 }, 10).hatch, false);
  const colours = [...Object.values(palette.level).map((l) => l.colour), ...palette.blues, ...palette.oranges, palette.quiet, palette.guardedColour, palette.accent, week.colour('open', 0.5)];
  const green = (colour) => {
    const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
    return g > r * 1.05 && g > b * 1.05;
  };
  assert.deepEqual(colours.filter(green), []);
  assert.ok(green('#2e8b57'), 'the control: this is green');
});

test('a brush is the longest stretch of one part, over small holes', () => {
  const cuts = [0, 10, 20, 30, 100, 110, 0, 10].map((from, i) => ({ part: i < 6 ? 'main' : 'alaska', from, to: from + 10 }));
  assert.deepEqual(line.longestRun({ cuts }, [true, false, true, true, true, true, true, true]), { part: 'main', from: 0, to: 40 });
  assert.equal(line.longestRun({ cuts }, cuts.map(() => false)), null);
});

test('a key is a token and nothing that could break a header', () => {
  for (const good of ['fw_abc-123.XYZ~=', 'A'.repeat(40)]) assert.equal(key.wellFormed(good), true, good);
  for (const bad of ['', 'a b', 'a\nb', 'clé', '"x"']) assert.equal(key.wellFormed(bad), false, bad);
});
