import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  // Relative, since nobody knows what stands before /studio where it is served.
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../.cache/studio',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Its check for old browsers is an inline script, which the page's policy forbids.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
