import type { Clock } from '#edge/clock'
import type { LaneStatus } from '#edge/lane-status'
import type { ScaleState } from '#edge/scale-state'
import { toIso } from '#edge/units'
import type { ScaleRecord, Software } from '#edge/weighing'
import type { ConsolePlace } from './config/console.ts'
import type { PeopleHealth } from './console/people-door.ts'
import type { LoopState } from './loop-delay.ts'
import type { EvidenceState } from './store/evidence-room.ts'
import type { ScrubDone } from './store/scrub.ts'
import type { SpaceState } from './store/space.ts'
import type { Store } from './store/store.ts'
import type { ClockState } from './store/timekeeping.ts'
import type { LinkState } from './sync/link-state.ts'

/** The whole agent at a glance: what `doctor` prints and a console shows. Nothing here is evidence. */
export interface Health {
  readonly site: string
  readonly agent: string
  readonly boot: string
  readonly pid: number
  readonly software: Software
  /** The time it goes by, and what is thought of the computer's clock. */
  readonly clock: { readonly now: string; readonly speed: number } & ClockState
  readonly key: { readonly id: string; readonly publicKey: string }
  readonly store: {
    readonly folder: string
    readonly epoch: string
    readonly seq: number
    readonly broken: string | null
    /** How much room is left; null while the store refuses to be read. */
    readonly space: SpaceState | null
    /** When the whole ledger was last verified, and how many records; null before the first time. */
    readonly verified: ScrubDone | null
  }
  /** Tapes and photos; null while the store refuses to be read. */
  readonly evidence: EvidenceState | null
  readonly policy: { readonly version: number; readonly confirmedAt: string | null }
  readonly book: { readonly tickets: number; readonly hash: string }
  readonly link: LinkState
  readonly lanBroker: { readonly port: number; readonly strangers: readonly string[] }
  /** Null where no camera pushes over HTTP. */
  readonly cameraListener: {
    readonly port: number
    readonly strangers: readonly string[]
    readonly counters: Readonly<Record<string, number>>
  } | null
  /** Where the console listens; port 0: it cannot. */
  readonly console: {
    readonly host: string
    readonly port: number
    readonly tls: ConsolePlace['tls']
    /** Null while the store refuses to be read. */
    readonly people: PeopleHealth | null
  }
  readonly lanes: readonly (LaneStatus & {
    readonly name: string
    readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>
    readonly scale: ScaleRecord
    readonly scaleState: ScaleState
  })[]
  readonly rssBytes: number
  /** How late the agent came to what it had to do in the last minute. */
  readonly loop: LoopState
}

export interface HealthParts {
  readonly site: string
  readonly agent: string
  readonly folder: string
  readonly software: Software
  readonly clock: Clock
  readonly key: { readonly key: string; readonly publicKey: string }
  readonly store: Store
  readonly loop: () => LoopState
  readonly link: () => LinkState
  readonly lanBroker: () => Health['lanBroker']
  readonly cameraListener: () => Health['cameraListener']
  readonly console: () => Health['console']
  readonly lanes: () => Health['lanes']
}

export function healthOf(parts: HealthParts): Health {
  const { site, agent, folder, software, clock, key, store } = parts
  const head = store.head()
  const confirmedAt = store.policies.confirmedAt()
  const looked = { space: store.broken() ? null : store.space.state(), verified: store.verified() }
  return {
    site,
    agent,
    boot: store.boot,
    pid: process.pid,
    software,
    clock: { now: toIso(clock.now()), speed: clock.speed, ...store.time.state() },
    key: { id: key.key, publicKey: key.publicKey },
    store: { folder, epoch: head.epoch, seq: head.seq, broken: store.broken()?.message ?? null, ...looked },
    evidence: store.broken() ? null : store.evidence.state(),
    policy: { version: store.policies.version(), confirmedAt: confirmedAt === null ? null : toIso(confirmedAt) },
    book: store.book.proof(),
    link: parts.link(),
    lanBroker: parts.lanBroker(),
    cameraListener: parts.cameraListener(),
    console: parts.console(),
    lanes: parts.lanes(),
    rssBytes: process.memoryUsage.rss(),
    loop: parts.loop(),
  }
}
