import { afterEach, expect, it } from 'vitest'
import { signBody } from '#edge/seal'
import { days, hours, type Instant, minutes } from '#edge/units'
import { type DossierAsked, dossierFor } from '../../edge-agent/dossier.ts'
import { openDatabase } from '../../edge-agent/store/database.ts'
import type { Store } from '../../edge-agent/store/store.ts'
import { playLane } from '../builders/lane.ts'
import { aBookTicket, aTare, aVehicle } from '../builders/ticket.ts'
import { manualClock } from '../support/manual-clock.ts'
import { anOrderStream, aPolicy, aRig, aSignedTicket, LANE, type Rig } from './store/store-rig.ts'

/** What a verdict rests on when something about the policy or the clock is wrong: doubt never opens a gate (invariant I10). */
const asked: DossierAsked = { kind: 'fetch-dossier', plates: ['陕K12345'], tags: [], shown: null }
let rig: Rig
let store: Store
afterEach(async () => {
  await store.close()
  rig.remove()
})
const open = (parts: Parameters<typeof aRig>[0] = {}): void => {
  rig = aRig(parts)
  store = rig.open()
}
const givePolicy = (): void => {
  store.orders.apply(anOrderStream(rig.issuer).batch({ kind: 'policy', body: signBody('policy', aPolicy(), rig.issuer) }))
  store.policies.confirm()
}
/** The verdict on a good load with a good ticket under this dossier's policy and clock. */
const verdict = (): string | undefined => {
  const { policy, policyAge, clock } = dossierFor(asked, store, LANE)
  const lane = playLane({ dossier: { tickets: [aBookTicket({ tare: aTare() })], policy, policyAge, clock } })
  lane.starts()
  lane.weighsVehicle('陕K12345', 46_600)
  return lane.weighings()[0]?.verdict
}

it('a policy that came and was confirmed opens for a good load', () => {
  open()
  givePolicy()
  expect(verdict()).toBe('open')
})

it('without a policy a person is asked, also when the cloud has just answered', () => {
  open()
  store.policies.confirm()
  expect(verdict()).toBe('ask')
})

it('a policy edited in the store is none, also when the cloud has just answered', async () => {
  open()
  givePolicy()
  await store.close()
  const database = openDatabase(rig.parts.folder)
  database.run(`update policy set signed = replace(signed, '"allowanceKg":300', '"allowanceKg":5000')`)
  database.close()
  store = rig.open()
  store.policies.confirm()
  expect(verdict()).toBe('ask')
})

it('a clock set back over a restart does not make an old policy young', async () => {
  open({ clock: manualClock(Date.UTC(2026, 10, 21)) })
  givePolicy()
  await store.close()
  store = rig.open()
  expect(store.policies.age()).toBeLessThan(hours(1))
  await store.close()
  rig = { ...rig, parts: { ...rig.parts, clock: manualClock(Date.UTC(1970, 0, 1)) } }
  const { openStore } = await import('../../edge-agent/store/store.ts')
  store = openStore(rig.parts)
  expect(store.policies.age()).toBeGreaterThan(days(365))
  store.policies.confirm()
  expect(store.policies.age()).toBeLessThan(minutes(1))
})

it('a clock that stands before the newest record is confessed in the dossier', async () => {
  open({ clock: manualClock(Date.UTC(2026, 10, 21)) })
  await store.close()
  const { openStore } = await import('../../edge-agent/store/store.ts')
  const earlier: Instant = Date.UTC(2026, 10, 18) as Instant
  store = openStore({ ...rig.parts, clock: manualClock(earlier) })
  expect(dossierFor(asked, store, LANE).clock).toBe('untrusted')
})

it('a tag brings the vehicle it is registered for, with its tickets', () => {
  open()
  givePolicy()
  const { issuer } = rig
  const stream = anOrderStream(issuer)
  store.orders.apply(
    stream.batch(
      { kind: 'policy', body: signBody('policy', aPolicy(), issuer) },
      { kind: 'ticket', body: aSignedTicket(issuer) },
      { kind: 'vehicle', body: aVehicle({ tags: ['E200 0017'], cards: ['12345678'] }) },
      { kind: 'vehicle', body: aVehicle({ plate: '陕K77777', tags: ['E2000077'] }) },
    ),
  )
  const of = (by: 'tag' | 'card', tag: string) => {
    const { register, tickets } = dossierFor({ ...asked, plates: [], tags: [{ by, tag }] }, store, LANE)
    return [register.map(({ plate }) => plate), tickets.map(({ ticket }) => ticket.plate)]
  }
  expect(of('tag', 'E2000017')).toEqual([['陕K12345'], ['陕K12345']])
  expect(of('card', '0012345678')).toEqual([['陕K12345'], ['陕K12345']])
  expect(of('card', 'E2000017')).toEqual([[], []])
  expect(of('tag', 'E2000077')).toEqual([['陕K77777'], []])
})
