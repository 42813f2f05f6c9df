// Reading CSV (RFC 4180), as far as a table of one header and plain rows goes.

// parse calls row with the fields of each row after the first, and a function
// that finds a column by its name in the first.
export function parse(text: string, row: (field: (name: string) => string) => void): void {
  let columns: Map<string, number> | null = null;
  for (const fields of lines(text)) {
    if (!columns) {
      columns = new Map(fields.map((name, i) => [name, i]));
      continue;
    }
    const known = columns;
    row((name) => fields[known.get(name) ?? -1] ?? '');
  }
}

function* lines(text: string): Generator<string[]> {
  if (!text.includes('"')) {
    for (const line of text.split(/\r?\n/)) if (line !== '') yield line.split(',');
    return;
  }
  let fields: string[] = [];
  const part = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (part.lastIndex < text.length) {
    const found = part.exec(text);
    if (!found) return;
    fields.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : (found[2] ?? ''));
    if (found[3] !== ',') {
      yield fields;
      fields = [];
    }
  }
}

// cell is a value as a field. Text that a spreadsheet would run as a formula gets
// an apostrophe before it.
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  let text = Array.isArray(value) ? value.join(' ') : String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
