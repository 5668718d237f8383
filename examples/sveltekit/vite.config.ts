import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [sveltekit()],
  // PGlite loads files from the folder of its code.
  ssr: { external: ['@electric-sql/pglite'] },
})
