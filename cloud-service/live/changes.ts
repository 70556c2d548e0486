import type { LaneStatus } from '#edge/lane-status'

/**
 * What the rest of the service tells the live feed after its COMMIT: names, not rows. The feed reads the rows itself, and only
 * when somebody listens, so that ingest pays nothing for a feed nobody watches and every row is shaped in one place.
 */
export interface Changes {
  /** Ids `site.agent.epoch.seq` of weighings just stored. */
  readonly weighings?: readonly string[]
  /** Ids of alarms raised, confirmed, returned or acted on. */
  readonly alarms?: readonly string[]
  /** Numbers of tickets whose state or delivery changed. */
  readonly tickets?: readonly string[]
  /** Sites whose agent came, went, said hello or changed its backlog. */
  readonly sites?: readonly string[]
  /** Lanes `site/lane` whose status was just stored: for the browsers of other instances, ours had it at once by `lanes`. */
  readonly lanes?: readonly string[]
  /** More changed than is named here: whoever shows lists reads them again. */
  readonly more?: boolean
}

/** Telemetry is passed on as it came: it is nowhere else to be read but in `lane_now`. */
export interface LanesHeard {
  readonly site: string
  readonly county: string
  readonly lanes: readonly LaneStatus[]
  /** ISO moment at which the cloud heard it. */
  readonly heardAt: string
}

/** Never throws and never waits: the feed is a hint (DESIGN.md D15), the truth is read by cursor. */
export interface Live {
  changed(changes: Changes): void
  lanes(heard: LanesHeard): void
}

/** The other cloud instances on the same database, as the feed sees them. Never throws and never waits. */
export interface Others {
  tell(changes: Changes): void
}

/** For commands and tests without a feed. */
export const NOBODY_LISTENS: Live = { changed: () => {}, lanes: () => {} }
/** For tests of one instance. */
export const NO_OTHERS: Others = { tell: () => {} }
