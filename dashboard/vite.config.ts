import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'

/**
 * Builds the dashboard from source through the four doors (condition `source`) into `dist/dashboard`, where the cloud serves it.
 * Nothing is inlined and nothing comes from elsewhere, so `default-src 'self'` holds without exception.
 * For work on screens: `npx vite dashboard`, with PITGATE_CLOUD naming a running cloud.
 */
const cloud = process.env.PITGATE_CLOUD ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: dirname(fileURLToPath(import.meta.url)),
  base: '/',
  plugins: [vue()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: { outDir: '../dist/dashboard', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022', modulePreload: { polyfill: false } },
  server: { proxy: { '/api': cloud, '/live': { target: cloud, ws: true } } },
})
