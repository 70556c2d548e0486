import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'

/**
 * Builds the operator console and the driver display into `dist/console`, where an agent serves them with the cloud gone. A build of its
 * own, so that nothing of the cloud's screens is in it. For work on screens: `npx vite dashboard --config dashboard/console.vite.config.ts`,
 * with PITGATE_CONSOLE naming a running agent's console, and then `/console.html` or `/display.html?lane=`.
 */
const room = dirname(fileURLToPath(import.meta.url))
const agent = process.env.PITGATE_CONSOLE ?? 'http://127.0.0.1:8090'

export default defineConfig({
  root: room,
  base: '/',
  plugins: [vue()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { console: join(room, 'console.html'), display: join(room, 'display.html') } },
  },
  server: { proxy: { '/api': agent } },
})
