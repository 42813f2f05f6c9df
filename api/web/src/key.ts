// The key of a reader. It is kept for this tab alone (sessionStorage), goes along in
// a header, and never stands in an address.
import { el } from './dom';
import { t } from './words';

const place = 'frontierwatch-key';

export function key(): string {
  try {
    return sessionStorage.getItem(place) ?? '';
  } catch {
    return ''; // the browser keeps nothing for pages
  }
}

function keep(next: string): void {
  if (next === '') sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, next);
}

// authorization are the headers that say who asks.
export function authorization(): Record<string, string> {
  const own = key();
  return own === '' ? {} : { Authorization: `Bearer ${own}` };
}

// wellFormed says whether a text can go in a header as a token (RFC 6750).
export const wellFormed = (text: string) => /^[\w.~+/-]+=*$/.test(text);

// enter asks for a key and calls changed when another one is in use. why says what
// the server refused, empty where the reader asked by himself.
export function enter(changed: () => void, why = ''): void {
  if (document.getElementById('key-dialog')) return;
  const field = el('input', { id: 'key-field', type: 'password', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'key-help key-fault', maxlength: 512 });
  const fault = el('p', { id: 'key-fault', class: 'fault', role: 'alert' });
  const use = (text: string) => {
    try {
      keep(text);
    } catch {
      fault.textContent = t('keyNowhere');
      return;
    }
    dialog.close();
    changed();
  };
  const form = el('form', {
    method: 'dialog', submit: (event: Event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (wellFormed(text)) use(text);
      else fault.textContent = t('keyBroken');
    },
  }, el('h2', { id: 'key-title' }, t('key')), why && el('p', {}, t('keyWanted', { why })), el('p', { id: 'key-help' }, t('keyHelp')),
  el('label', { for: 'key-field' }, t('keyField')), field, fault,
  el('div', { class: 'group' }, el('button', { id: 'key-use', type: 'submit', class: 'main' }, t('keyUse')),
    key() !== '' && el('button', { id: 'key-forget', type: 'button', click: () => use('') }, t('keyForget')),
    el('button', { id: 'key-close', type: 'button', click: () => dialog.close() }, t('close'))));
  const dialog = el('dialog', { id: 'key-dialog', 'aria-labelledby': 'key-title', close: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
}
