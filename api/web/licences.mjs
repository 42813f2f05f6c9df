// Gathers the licences of all that is built into the map: those of the packages
// that the lock file does not mark as used for building only.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(new URL('./package-lock.json', import.meta.url), 'utf8'));
const texts = [];
for (const [path, { dev, version, license }] of Object.entries(packages)) {
  if (path === '' || dev) continue;
  const folder = new URL(`./${path}/`, import.meta.url);
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  texts.push(`${path.replace(/^.*node_modules\//, '')} ${version} (${license})\n\n${file ? readFileSync(new URL(file, folder), 'utf8').trim() : ''}`);
}
mkdirSync(new URL('./generated/', import.meta.url), { recursive: true });
writeFileSync(new URL('./generated/licences.txt', import.meta.url), `${texts.join('\n\n---\n\n')}\n`);
