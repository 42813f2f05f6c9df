// Loads the sources of the page into Node, for what can be tested without a browser.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

// sources are modules of src by their names.
export async function sources(...names) {
  const server = await createServer({ root: fileURLToPath(new URL('..', import.meta.url)), server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true, include: [] } });
  try {
    return await Promise.all(names.map((name) => server.ssrLoadModule(`/src/${name}.ts`)));
  } finally {
    await server.close();
  }
}
