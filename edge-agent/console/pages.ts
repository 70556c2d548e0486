import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Clock, realSpan } from '#edge/clock'
import { seconds } from '#edge/units'

/** The built screens as they lie beside the agent: what a browser may have, by path. A path that is not among them reaches no file. */
export interface Pages {
  /** Null where there is no such page; `not-built` where there are none at all. */
  find(path: string): Promise<Page | null | 'not-built'>
}
export interface Page {
  readonly bytes: Uint8Array
  readonly type: string
  readonly cache: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}
/** Beside the compiled agent, and beside the source while one works on it. */
export const consoleFolder = (): string => {
  const beside = join(import.meta.dirname, '../../console')
  return existsSync(join(beside, 'console.html')) ? beside : join(import.meta.dirname, '../../dist/console')
}

const LOOKED_AGAIN_AFTER = seconds(2)

export function pagesIn(folder: string, clock: Clock): Pages {
  /** Looked up once; a new build is seen when something is missed. */
  let files: ReadonlySet<string> = new Set()
  let lookedAt: number | null = null
  const look = (): void => {
    if (lookedAt !== null && clock.monotonic() - lookedAt < realSpan(clock, LOOKED_AGAIN_AFTER)) return
    lookedAt = clock.monotonic()
    files = existsSync(folder)
      ? new Set(
          readdirSync(folder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined)
            .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/')),
        )
      : new Set()
  }
  const nameOf = (path: string): string | null => {
    if (path === '/') return files.has('/console.html') ? '/console.html' : '/index.html'
    return path === '/display' ? '/display.html' : path
  }
  return {
    async find(path) {
      if (!files.has(nameOf(path) ?? '')) look()
      if (files.size === 0) return 'not-built'
      const name = nameOf(path)
      if (name === null || !files.has(name)) return null
      try {
        return {
          bytes: await readFile(join(folder, name)),
          type: TYPES[extname(name)] ?? 'application/octet-stream',
          // Names under `assets` carry the hash of what is in them.
          cache: name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        }
      } catch {
        return null
      }
    },
  }
}
