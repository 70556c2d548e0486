import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from './app.ts'
import { Refusal } from './problems.ts'

const NOT_BUILT =
  '<!doctype html><meta charset="utf-8"><title>Pitgate</title><p>页面尚未构建，请运行 npm run build。The screens are not built yet: run npm run build.</p>'
/** Paths that answer programs; everything else a browser asks for is one of the screens. */
const NOT_SCREENS = /^\/(api|agent|live|health)(\/|\?|$)/

/**
 * Serves the built dashboard. Its own routes (`/alarms`, `/tickets/…`) are all `index.html`; hashed assets may be kept for a year,
 * the page itself is asked for anew each time. `folder` null or empty: one plain sentence instead.
 */
export async function serveScreens(app: App, folder: string | null): Promise<void> {
  const built = folder !== null && existsSync(join(folder, 'index.html'))
  if (built)
    await app.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      setHeaders: (reply, path) =>
        void reply.setHeader('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
    })
  app.setNotFoundHandler((request, reply) => {
    const asksForScreen =
      request.method === 'GET' && !NOT_SCREENS.test(request.url) && !/\.[a-z0-9]{2,5}$/.test(request.url.split('?')[0] ?? '')
    if (!asksForScreen) throw new Refusal('not-found')
    return built
      ? reply.header('cache-control', 'no-cache').sendFile('index.html')
      : reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
  })
}
