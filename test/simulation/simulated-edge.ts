import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Head } from '#edge/stream'
import type { AgentKey } from '../../edge-agent/keys.ts'
import { DATABASE_FILE } from '../../edge-agent/store/database.ts'
import { MARKER_FILE, writeMark } from '../../edge-agent/store/marker.ts'
import { openStore, type Store, type StoreParts } from '../../edge-agent/store/store.ts'
import { createUplink } from '../../edge-agent/sync/uplink.ts'
import type { Random } from '../../simulators/random.ts'
import { AGENT, aState, aWeighing, LANE, SITE } from '../edge-agent/store/store-rig.ts'
import type { SiteNetwork } from './edge-line.ts'
import type { Truth } from './truth.ts'
import type { ProcessClock, WorldTime } from './world-time.ts'

/**
 * An agent with its real store and its real uplink. A commit is on the disk when it returns (that is tried elsewhere, with power cuts);
 * what a crash takes is everything in memory, and the marker beside the store may be one of a moment ago.
 */
export interface SimulatedEdge {
  start(): void
  running(): boolean
  store(): Store
  weigh(): void
  alarm(): void
  /** Ends the process. `behind`: so many records ago the marker was written. */
  crash(behind: number): Promise<void>
  /** Copies the disk as it is now. */
  keepCopy(): void
  /** Puts the newest copy in the place of what is there; with the marker of that time, or beside the newer one. */
  putCopyBack(withMarker: boolean): void
  /** The agent has closed this epoch from here on, because the cloud holds it otherwise. */
  contested(epoch: string, seq: number): boolean
  /** The computer's clock is set wrong by so much. */
  setClock(wrongByMs: number): void
}

export interface EdgeParts {
  readonly folder: string
  readonly time: WorldTime
  readonly network: SiteNetwork
  readonly random: Random
  readonly signer: AgentKey
  readonly issuer: StoreParts['issuer']
  readonly log: StoreParts['log']
  readonly truth: Truth
  /** Whether the cloud has ever committed this record. */
  readonly wasCommitted: (epoch: string, seq: number, hash: string) => boolean
}

export function simulatedEdge({ folder, time, network, random, signer, issuer, log, truth, wasCommitted }: EdgeParts): SimulatedEdge {
  const disk = join(folder, 'disk')
  const copy = join(folder, 'copy')
  const software = { version: '0.1.0', legal: 'a'.repeat(16) }
  let clock: ProcessClock | null = null
  let store: Store | null = null
  let wrongBy = 0
  let visit = 0
  let occurrence = 0
  let wasPutBack = false

  const opened = (): Store => {
    if (store === null) throw new Error('the agent is not running')
    return store
  }
  /** After a crash everything said to be written must be there; after a restore, what the copy has. */
  const compare = (here: Store): void => {
    for (const one of truth.all()) {
      if (one.lost || here.record(one.identity)?.hash === one.hash) continue
      if (wasPutBack) one.lost = true
      else truth.violated('I1', `record ${one.identity.epoch}/${one.identity.seq} was written and is gone after a crash`)
    }
    wasPutBack = false
    for (const [at] of here.linesFrom(here.head().epoch, 1, 1_000).entries()) {
      const record = here.record({ site: SITE, agent: AGENT, epoch: here.head().epoch, seq: at + 1 })
      if (record) truth.wrote(record)
    }
  }
  /** I6: what counts as delivered, and may be dropped one day, was committed. */
  const watched = (here: Store): Store => ({
    ...here,
    receipted(receipt) {
      const reading = here.receipted(receipt)
      if (reading.kind === 'advanced' && !wasCommitted(receipt.epoch, receipt.upto, receipt.hash))
        truth.violated('I6', `records up to ${receipt.epoch}/${receipt.upto} count as delivered and were never committed`)
      return reading
    },
  })
  return {
    start() {
      clock = time.clockOf(() => wrongBy)
      store = openStore({
        folder: disk,
        site: SITE,
        agent: AGENT,
        signer,
        issuer,
        software,
        clock,
        clockQuality: () => 'synchronised',
        log,
      })
      compare(store)
      store.onAppended((records) => {
        for (const record of records) truth.wrote(record)
      })
      const uplink = createUplink(
        {
          url: '',
          password: '',
          ca: null,
          site: SITE,
          agent: AGENT,
          store: watched(store),
          signer,
          software,
          clock,
          chance: random.next,
          log,
        },
        network.line,
      )
      uplink.onOrders((kinds) => truth.obeyed(kinds.length))
      uplink.start()
    },
    running: () => store !== null,
    store: opened,
    weigh() {
      visit += 1
      const body = aWeighing({ visit, ticket: null, verdict: 'ask', weightKg: 40_000 + 20 * random.whole(0, 400) })
      const stamps = opened().stamps()
      opened().ink({
        lane: LANE,
        state: aState(visit),
        records: [{ kind: 'weighing', body }],
        useTickets: [],
        gates: [],
        tape: `visit ${visit}`,
        photos: [],
        stamps,
      })
    },
    alarm() {
      occurrence += 1
      opened().raise({ kind: 'escape', severity: 'critical', lane: LANE, occurrence: `${LANE}/${occurrence}`, facts: {} })
    },
    async crash(behind) {
      const dying = opened()
      const mark = headBehind(dying, behind)
      clock?.end()
      network.end()
      store = null
      await dying.close()
      if (mark !== null) writeMark(disk, mark)
    },
    keepCopy() {
      rmSync(copy, { recursive: true, force: true })
      mkdirSync(copy)
      for (const file of FILES) if (existsSync(join(disk, file))) cpSync(join(disk, file), join(copy, file))
      if (store !== null) writeMark(copy, store.head())
    },
    putCopyBack(withMarker) {
      for (const file of FILES) {
        if (file === MARKER_FILE && !withMarker) continue
        rmSync(join(disk, file), { force: true })
        if (existsSync(join(copy, file))) cpSync(join(copy, file), join(disk, file))
      }
      wasPutBack = true
    },
    contested: (epoch, seq) =>
      opened()
        .ledger.epochs()
        .some((one) => one.epoch === epoch && one.brokenFrom !== null && seq >= one.brokenFrom),
    setClock(wrongByMs) {
      wrongBy = wrongByMs
    },
  }
}

const FILES = [DATABASE_FILE, `${DATABASE_FILE}-wal`, MARKER_FILE]

/** The head of the present epoch so many records ago. */
function headBehind(store: Store, behind: number): Head | null {
  const { epoch, seq } = store.head()
  const record = store.record({ site: SITE, agent: AGENT, epoch, seq: Math.max(1, seq - behind) })
  return record && { epoch, seq: record.identity.seq, hash: record.hash }
}
