import { expect, it } from 'vitest'
import { hours } from '#edge/units'
import { TRANSITIONS } from '#weighing/transitions'
import { playLane, someRules } from '../../builders/lane.ts'
import { aBookTicket, aTare, aTicketNumber } from '../../builders/ticket.ts'

/** Each way in the table of the machine is gone by somebody: a row nobody can reach would be a promise nobody keeps. */
type Played = ReturnType<typeof playLane>
const gone = new Set<string>()
function story(play: (lane: Played) => void, options: Parameters<typeof playLane>[0] = {}): void {
  const lane = playLane(options)
  lane.starts()
  play(lane)
  for (const { before, after } of lane.steps) if (before.phase !== after.phase) gone.add(`${before.phase} → ${after.phase}`)
}
const asked = { dossier: { policyAge: hours(200) } }
const overloaded = { dossier: { tickets: [aBookTicket({ ticket: { plannedNetKg: 33_000 }, tare: aTare() })] } }
const on = (lane: Played): void => {
  lane.arrives('陕K12345')
  lane.drivesOn(15_800)
}
const escapes = (lane: Played): void => {
  lane.sensor('exit-beam', true)
  lane.sensor('exit-loop', true)
}
const restarts = (lane: Played, busy: readonly string[] = []): void => {
  lane.tell({ kind: 'started', at: lane.at, interrupted: true })
  for (const sensor of lane.rules.fitted) lane.sensor(sensor, busy.includes(sensor) || sensor.endsWith('arm-down'))
  lane.wait(500)
}

it('is gone in one of these stories', () => {
  story((lane) => {
    lane.weighsVehicle('陕K12345', 15_800)
    lane.leavesByExit()
    lane.clears()
    lane.weighs(15_800)
  })
  story((lane) => {
    lane.arrives('陕K12345')
    lane.sensor('entry-loop', false)
    lane.wait(62_000)
    lane.sensor('entry-loop', true)
    lane.wait(5_000)
    lane.device('board', false)
  })
  story((lane) => lane.device('scale', false))
  story((lane) => lane.operator('lift'))
  // A person lifts, or holds, wherever the vehicle is.
  for (const act of ['lift', 'hold'] as const)
    for (const until of [500, 1_300, 3_600])
      story((lane) => {
        lane.arrives('陕K12345')
        lane.sensor('entry-beam', true)
        lane.weighs(15_800)
        lane.sensor('entry-loop', false)
        lane.sensor('entry-beam', false)
        lane.wait(until)
        lane.operator(act)
      })
  for (const until of [500, 1_300, 3_600])
    for (const what of ['remote', 'backs', 'escapes'] as const)
      story((lane) => {
        lane.arrives('陕K12345')
        lane.weighs(15_800)
        lane.sensor('entry-loop', false)
        lane.wait(until)
        if (what === 'remote') lane.remote(true)
        else if (what === 'escapes') escapes(lane)
        else lane.reversesOff()
        lane.remote(false)
        lane.wait(8_000)
      })
  story((lane) => {
    on(lane)
    lane.wait(2_500)
    lane.sensor('exit-beam', true)
  })
  for (const act of ['release', 'refuse', 're-weigh'] as const)
    story((lane) => {
      lane.weighsVehicle('陕K12345', 15_800)
      lane.operator(act)
    }, asked)
  story((lane) => {
    lane.weighsVehicle('陕K12345', 15_800)
    lane.operator('lift', '', { gate: 'entry' })
    lane.operator('re-weigh')
  }, asked)
  for (const what of ['remote', 'backs'] as const)
    story((lane) => {
      lane.weighsVehicle('陕K12345', 15_800)
      if (what === 'remote') lane.remote(true)
      else lane.reversesOff()
    }, asked)
  for (const act of ['release', 're-weigh'] as const)
    story((lane) => {
      lane.weighsVehicle('陕K12345', 52_400)
      lane.operator(act)
    }, overloaded)
  story((lane) => {
    lane.weighsVehicle('陕K12345', 52_400)
    lane.reversesOff()
  }, overloaded)
  // Set to zero under it.
  story((lane) => {
    lane.weighsVehicle('陕K12345', 52_400)
    lane.wait(2_000)
    lane.weighs(0)
    lane.wait(2_000)
  }, overloaded)
  for (const act of ['hold', 're-weigh'] as const)
    story((lane) => {
      lane.weighsVehicle('陕K12345', 15_800)
      lane.operator(act)
    })
  // What had been let go and does not leave.
  for (const act of ['release', 're-weigh', 'hold'] as const)
    story((lane) => {
      lane.weighsVehicle('陕K12345', 15_800)
      lane.wait(130_000)
      lane.operator(act)
    })
  story((lane) => {
    lane.weighsVehicle('陕K12345', 15_800)
    lane.weighs(0)
    lane.wait(1_500)
    escapes(lane)
  })
  story(
    (lane) => {
      lane.weighsVehicle('陕K12345', 46_600)
      escapes(lane)
      lane.weighs(20_000)
      lane.wait(300)
      lane.weighs(40_000)
      lane.wait(300)
      lane.sensor('exit-beam', false)
      lane.sensor('exit-loop', false)
      lane.wait(3_000)
    },
    { dossier: { tickets: [aBookTicket({ tare: aTare() })] } },
  )
  story((lane) => {
    lane.weighsVehicle('陕K12345', 15_800)
    lane.leavesByExit()
    lane.weighs(420)
    lane.wait(30_000)
  })
  story((lane) => {
    lane.weighsVehicle('陕K12345', 15_800)
    lane.leavesByExit()
    lane.weighs(15_000)
    lane.wait(300)
  })
  story((lane) => {
    on(lane)
    lane.wait(2_500)
    lane.sensor('exit-loop', true)
  })
  story(
    (lane) => {
      lane.weighsVehicle('陕K12345', 52_400)
      lane.operator('re-weigh')
    },
    { ...overloaded, rules: { layout: { ...someRules().layout, gates: { entry: false, exit: true } } } },
  )
  story((lane) => {
    lane.weighsVehicle('陕K12345', 15_800)
    lane.sensor('entry-loop', true)
    lane.leavesByExit()
    lane.clears()
  })
  // The agent starts over each of them.
  story((lane) => {
    on(lane)
    restarts(lane)
    lane.weighs(15_800)
  })
  story((lane) => {
    lane.weighsVehicle('陕K12345', 52_400)
    restarts(lane)
    lane.weighs(52_400)
  }, overloaded)
  story((lane) => {
    lane.weighsVehicle('陕K12345', 15_800)
    lane.tell({ kind: 'started', at: lane.at, interrupted: true })
    lane.sensor('exit-beam', true)
    lane.sensor('exit-loop', false)
    lane.sensor('exit-loop', true)
  })
  story((lane) => {
    lane.shows(aTicketNumber())
    restarts(lane)
    lane.clears()
  })
  const all = Object.entries(TRANSITIONS).flatMap(([from, ways]) => Object.keys(ways).map((to) => `${from} → ${to}`))
  expect(all.filter((way) => !gone.has(way))).toEqual([])
})
