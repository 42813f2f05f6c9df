import { defineConfig } from 'vite';

// Addresses in the built files are relative, so that the map works behind any
// prefix. The placeholder in dist stays: Go embeds the folder even when nothing
// has been built.
export default defineConfig({
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
    rollupOptions: { output: { manualChunks: (id: string) => (id.includes('maplibre-gl') ? 'maplibre' : undefined) } },
  },
});
