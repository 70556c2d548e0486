import { canonical } from '#edge/canonical'
import type { Epoch, LaneId } from '#edge/ids'
import type { LaneState } from '#weighing/vocabulary'
import type { Database } from './database.ts'

/** The newest weighing of a lane, for the records of the same visit that come after it. */
export interface LastWeighing {
  readonly visit: number
  readonly epoch: Epoch
  readonly seq: number
}

/** What each lane's machine was when the ink last dried: where it goes on after a restart. */
export interface LaneStates {
  of(lane: LaneId): LaneState | null
  save(lane: LaneId, state: LaneState, weighing: LastWeighing | null): void
  lastWeighing(lane: LaneId): LastWeighing | null
}

interface LaneRow {
  readonly state: string
  readonly visit: number | null
  readonly epoch: Epoch | null
  readonly seq: number | null
}

export function laneStatesIn(database: Database): LaneStates {
  const row = (lane: LaneId): LaneRow | null => database.one<LaneRow>('select state, visit, epoch, seq from lane where lane = ?', lane)
  return {
    of(lane) {
      const found = row(lane)
      return found && (JSON.parse(found.state) as LaneState)
    },
    save(lane, state, weighing) {
      database.run(
        'insert into lane (lane, state) values (?, ?) on conflict (lane) do update set state = excluded.state',
        lane,
        canonical(state),
      )
      if (weighing)
        database.run('update lane set visit = ?, epoch = ?, seq = ? where lane = ?', weighing.visit, weighing.epoch, weighing.seq, lane)
    },
    lastWeighing(lane) {
      const { visit, epoch, seq } = row(lane) ?? {}
      return visit && epoch && seq ? { visit, epoch, seq } : null
    },
  }
}
