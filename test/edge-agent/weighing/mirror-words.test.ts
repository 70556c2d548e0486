import { expect, it } from 'vitest'
import { laneView } from '../../../edge-agent/lane-view.ts'
import { playLane, someRules } from '../../builders/lane.ts'
import { aBookTicket, aTare } from '../../builders/ticket.ts'

const TRUCK = '陕K12345'

/** A truck comes from the second end of a lane that serves both: board names of the sensors it passes. */
function fromTheOtherEnd() {
  const lane = playLane({
    rules: { layout: { ...someRules().layout, bothWays: true } },
    dossier: { tickets: [aBookTicket({ tare: aTare() })] },
  })
  lane.starts()
  lane.sensor('exit-loop', true)
  lane.seen(TRUCK, { camera: 'rear' })
  lane.wait(1_200)
  // Its edge beam has been bridged: only the loop tells of it.
  lane.weighs(15_000)
  lane.wait(1_500)
  lane.weighs(46_600)
  lane.wait(500)
  lane.sensor('exit-loop', false)
  lane.wait(6_500)
  return lane
}

it('screens and sign name the sensor by the name it has on the board, as the record does', () => {
  const lane = fromTheOtherEnd()
  expect(lane.state.turned).toBe(true)
  const [weighing] = lane.weighings()
  const masked = (findings: readonly { readonly code: string; readonly facts: object }[] = []) =>
    findings.filter(({ code }) => code.startsWith('sensor-')).map(({ facts }) => facts)
  expect(masked(weighing?.findings)).toMatchObject([{ sensor: 'exit-beam' }])
  const shown = laneView({ state: lane.state, rules: lane.rules, recent: [], devices: [], now: lane.at })
  expect(masked(shown.findings)).toMatchObject([{ sensor: 'exit-beam' }])
})
