// What the server tells as it happens: server-sent events, by the rules of the HTML
// standard. They are read with fetch and not with EventSource, which cannot send the
// header that says who asks.
import { address } from './api';
import { authorization } from './key';

export interface Told { event: string; data: string; id: string }

// reader takes text as it comes, in pieces of any size, and tells each event that is
// complete; one without data only moves the id on. retry hears the pause, in milliseconds, that the server wishes for.
export function reader(told: (event: Told) => void, retry: (pause: number) => void = () => {}): (text: string) => void {
  let rest = '', event = '', id = '', before = '', begun = false;
  let data: string[] = [];
  const take = (line: string) => {
    if (line === '') {
      if (data.length > 0 || id !== before) told({ event: event || 'message', data: data.join('\n'), id });
      event = '';
      before = id;
      data = [];
      return;
    }
    const colon = line.indexOf(':'), name = colon < 0 ? line : line.slice(0, colon), value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) retry(Number(value));
  };
  return (text) => {
    rest += begun ? text : text.replace(/^\uFEFF/, '');
    begun ||= text !== '';
    for (;;) {
      const end = /\r\n|\n|\r/.exec(rest);
      if (!end || (end[0] === '\r' && end.index === rest.length - 1)) return; // an end of line may be cut in two
      take(rest.slice(0, end.index));
      rest = rest.slice(end.index + end[0].length);
    }
  };
}

const shortest = 1000, longest = 60_000; // pauses before the next try, milliseconds
const silence = 45_000; // after which a stream is taken for dead: the server says something every 15 s

// Live keeps a stream open. told hears every event; open, whether one is open, so
// that the page can look for itself while none is. A server without events is not
// asked again.
export class Live {
  #last = '';
  #pause = shortest;
  #run: AbortController | null = null;
  #timer = 0;

  constructor(readonly told: (event: Told) => void, readonly open: (is: boolean) => void) {}

  // start opens the stream anew, as after another key.
  start(): void {
    this.stop();
    const run = (this.#run = new AbortController());
    void this.#read(run.signal).catch(() => true).then((again) => {
      if (run.signal.aborted) return;
      this.open(false);
      if (!again) return;
      this.#timer = window.setTimeout(() => this.start(), this.#pause);
      this.#pause = Math.min(longest, this.#pause * 2);
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#run?.abort();
  }

  // read answers with whether to try again.
  async #read(signal: AbortSignal): Promise<boolean> {
    const headers = { ...authorization(), Accept: 'text/event-stream', ...(this.#last === '' ? {} : { 'Last-Event-ID': this.#last }) };
    const answer = await fetch(address('events'), { signal, headers, cache: 'no-store' });
    if (!answer.ok || !answer.body || !(answer.headers.get('Content-Type') ?? '').startsWith('text/event-stream')) {
      await answer.body?.cancel();
      return answer.status >= 500 || answer.status === 429;
    }
    this.open(true);
    const hear = reader((e) => {
      this.#last = e.id;
      if (e.data !== '') this.told(e);
    }, (pause) => { this.#pause = Math.min(longest, Math.max(shortest, pause)); });
    const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const dead = setTimeout(() => void text.cancel(), silence);
      const { done, value } = await text.read().finally(() => clearTimeout(dead));
      if (done) return true;
      this.#pause = shortest; // it works
      hear(value);
    }
  }
}
