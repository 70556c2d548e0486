import type { SimulatedLane } from './simulated-lane.ts'

/** What breaks at a lane by itself, whoever stands there. */
export const LANE_FAULTS = [
  /** Coal falls off a truck and lies on the platform until somebody sweeps it. */
  'spilled-coal',
  /** The light barrier at the exit says "blocked" whatever happens. */
  'beam-stuck',
  /** The loop at the entry is cut: it says "clear" for ever. */
  'loop-dead',
  /** The indicator's plug is pulled. */
  'scale-unplugged',
  /** The relay board no longer answers. */
  'board-silent',
  /** The front camera is dead: neither sightings nor heartbeats. */
  'camera-dead',
  /** Something swings the exit arm off its rest. */
  'arm-hit',
] as const
export type LaneFault = (typeof LANE_FAULTS)[number]

const SPILLED_KG = 160

/** Begins the fault; the answer puts it right. */
export function breakLane(lane: Pick<SimulatedLane, 'plant' | 'scale' | 'board' | 'cameras'>, fault: LaneFault): () => void {
  const { plant, scale, board, cameras } = lane
  switch (fault) {
    case 'spilled-coal':
      scale.zeroOffKg += SPILLED_KG
      return () => {
        scale.zeroOffKg -= SPILLED_KG
      }
    case 'beam-stuck':
    case 'loop-dead': {
      const sensor = fault === 'beam-stuck' ? 'exit-beam' : 'entry-loop'
      plant.dead = new Map([...plant.dead, [sensor, fault === 'beam-stuck']])
      return () => {
        plant.dead = new Map([...plant.dead].filter(([of]) => of !== sensor))
      }
    }
    case 'scale-unplugged':
      scale.faults = { ...scale.faults, silent: true }
      return () => {
        scale.faults = { ...scale.faults, silent: false }
      }
    case 'board-silent':
      board.mute = true
      return () => {
        board.mute = false
      }
    case 'camera-dead':
      cameras.front.silent = true
      return () => {
        cameras.front.silent = false
      }
    case 'arm-hit':
      // It is mended by itself, as by the mine's people.
      plant.pry('exit')
      return () => undefined
  }
}
