import { randomBytes, timingSafeEqual } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { isAbsolute, join } from 'node:path'
import type { AgentId, LaneId, SiteId } from '#edge/ids'
import type { BookletDesk } from '../booklets.ts'
import { reasonOf } from '../errors.ts'
import { findRecord } from '../found-record.ts'
import type { Health } from '../health.ts'
import type { Slips } from '../slips.ts'
import type { Store } from '../store/store.ts'
import { findStory } from '../why-story.ts'
import { dryRunStart, USUALLY_LAST } from './dry-run-command.ts'
import { ledgerListing } from './ledger-listing.ts'

/**
 * What other programs on this computer ask the running agent, because it alone may open the store: `doctor`, `why`, `slip`, `booklets` and
 * `dry-run`, and the cloud's `reconcile`. Loopback only; the port and a key that only this user can read lie in the agent's folder while it
 * runs.
 */
export const LOCAL_FILE = 'running.json'
export interface Running {
  readonly pid: number
  readonly port: number
  readonly key: string
}

export interface LocalHttp {
  start(): Promise<void>
  stop(): Promise<void>
}

export function localHttp(parts: {
  folder: string
  site: SiteId
  agent: AgentId
  health: () => Health
  store: Pick<Store, 'record' | 'evidence' | 'policies' | 'newest' | 'stories' | 'ledger' | 'backups'>
  slips: Pick<Slips, 'print' | 'preview'>
  booklets: Pick<BookletDesk, 'listing'>
}): LocalHttp {
  const key = randomBytes(24).toString('hex')
  const file = join(parts.folder, LOCAL_FILE)
  const beginBackup = (to: string | null): object | null =>
    to === null || !isAbsolute(to) ? null : { begun: parts.store.backups.begin(to) }
  const answer = async (method: string, url: string): Promise<object | null> => {
    const { pathname: path, searchParams } = new URL(url, 'http://agent')
    const slip = path.startsWith('/slips/') ? decodeURIComponent(path.slice('/slips/'.length)) : null
    if (slip !== null) return method === 'POST' ? parts.slips.print(slip, searchParams.has('reprint')) : parts.slips.preview(slip)
    if (path === '/health') return parts.health()
    if (path === '/booklets') return parts.booklets.listing()
    if (path === '/backup') return method === 'POST' ? beginBackup(searchParams.get('to')) : parts.store.backups.state()
    if (path === '/dry-run') return dryRunStart(parts.store, wholeNumber(searchParams.get('last')))
    if (path === '/ledger') return ledgerListing(parts.store, parts, searchParams)
    if (path === '/story') return findStory(parts.store, laneIn(searchParams.get('lane')))
    return path.startsWith('/records/') ? findRecord(parts.store, decodeURIComponent(path.slice('/records/'.length))) : null
  }
  const server: Server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== key.length || !timingSafeEqual(given, Buffer.from(key))) return void response.writeHead(403).end()
    answer(request.method ?? 'GET', request.url ?? '/').then(
      (said) => void response.writeHead(said ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(said)),
      // A question must not end the agent: a store in doubt, a record that somebody edited, an address that is none.
      (error: unknown) =>
        void response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ reason: reasonOf(error) })),
    )
  })
  return {
    start: () =>
      new Promise((done, refuse) => {
        server.once('error', refuse)
        server.listen(0, '127.0.0.1', () => {
          const { port } = server.address() as { port: number }
          writeFileSync(file, JSON.stringify({ pid: process.pid, port, key } satisfies Running), { mode: 0o600 })
          done()
        })
      }),
    stop: () =>
      new Promise((done) => {
        rmSync(file, { force: true })
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

const wholeNumber = (text: string | null): number => {
  const number = Number(text ?? USUALLY_LAST)
  return Number.isSafeInteger(number) ? number : USUALLY_LAST
}

const laneIn = (text: string | null): LaneId | null => (text === null || text === '' ? null : (text as LaneId))
