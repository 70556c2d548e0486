import { describe, expect, it } from 'vitest'
import { signTime, type TimeAnchor } from '#edge/time-anchor'
import { days, minutes, seconds, toIso } from '#edge/units'
import { verifierOf } from '../../../edge-agent/keys.ts'
import { type Anchors, anchorsOf } from '../../../edge-agent/store/clock-anchors.ts'
import { newKey } from '../../cloud-service/ingest/agent-double.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'

const TOLD = { site: 'hongliu', agent: 'a1' }
const issuer = newKey()
let nonces = 0
const asking = (clock: ManualClock, speed = 1): Anchors =>
  anchorsOf({
    told: TOLD,
    issuer: verifierOf({ [issuer.key]: issuer.publicKey }),
    clock: { monotonic: clock.monotonic, speed },
    newNonce: () => {
      nonces += 1
      return String(nonces).padStart(32, '0')
    },
  })
const answer = (nonce: string | null, clock: ManualClock, told = TOLD, key = issuer): TimeAnchor =>
  signTime(told, nonce ?? '', toIso(clock.now()), key)

it('an answer is the time, give or take half the way there and back', async () => {
  const clock = manualClock()
  const anchors = asking(clock)
  const nonce = anchors.ask()
  await clock.advance(300)
  const said = answer(nonce, clock)
  await clock.advance(100)
  const at = Date.parse(said.at)
  expect(anchors.read(said)).toEqual({ kind: 'anchor', anchor: { least: at, at: at + 200, mono: 400, uncertainty: 200 } })
  expect(anchors.counts()).toEqual({ taken: 1, unsigned: 0, replayed: 0 })
})

describe('no answer is', () => {
  it('one that was given before, or that nobody asked for', () => {
    const clock = manualClock()
    const anchors = asking(clock)
    const said = answer(anchors.ask(), clock)
    anchors.read(said)
    expect(anchors.read(said)).toEqual({ kind: 'replayed' })
    expect(anchors.read(answer('f'.repeat(32), clock))).toEqual({ kind: 'replayed' })
    expect(asking(clock).read(said)).toEqual({ kind: 'replayed' })
    expect(anchors.counts()).toEqual({ taken: 1, unsigned: 0, replayed: 2 })
  })

  it.each<[what: string, spoil: (said: TimeAnchor, clock: ManualClock) => TimeAnchor]>([
    ['one whose moment was changed', (said) => ({ ...said, at: '2038-01-01T00:00:00.000Z' })],
    ['one for another agent', (said, clock) => answer(said.nonce, clock, { site: 'hongliu', agent: 'a2' })],
    ['one signed by somebody else', (said, clock) => answer(said.nonce, clock, TOLD, newKey())],
    ['one that is no moment', (said) => ({ ...said, at: 'soon' })],
  ])('%s; the right one is still taken after it', (_what, spoil) => {
    const clock = manualClock()
    const anchors = asking(clock)
    const said = answer(anchors.ask(), clock)
    expect(anchors.read(spoil(said, clock))).toEqual({ kind: 'unsigned' })
    expect(anchors.read(said)).toMatchObject({ kind: 'anchor' })
    expect(anchors.counts()).toEqual({ taken: 1, unsigned: 1, replayed: 0 })
  })
})

describe('a slow line', () => {
  it('is waited for over some questions; what was asked before the one that was answered is over', async () => {
    const clock = manualClock()
    const anchors = asking(clock)
    const asked: (string | null)[] = []
    for (let turn = 0; turn < 5; turn += 1) {
      asked.push(anchors.ask())
      await clock.advance(seconds(10))
    }
    expect(anchors.read(answer(asked[1] ?? null, clock))).toMatchObject({ kind: 'anchor', anchor: { uncertainty: seconds(20) } })
    expect(anchors.read(answer(asked[0] ?? null, clock))).toEqual({ kind: 'replayed' })
    expect(anchors.read(answer(asked[4] ?? null, clock))).toMatchObject({ kind: 'anchor', anchor: { uncertainty: seconds(5) } })
  })

  it('is waited for over eight questions at most', () => {
    const clock = manualClock()
    const anchors = asking(clock)
    const [first] = Array.from({ length: 9 }, () => anchors.ask())
    expect(anchors.read(answer(first ?? null, clock))).toEqual({ kind: 'replayed' })
  })

  it('is waited for a minute: what somebody held back for longer is not the time any more', async () => {
    const clock = manualClock()
    const anchors = asking(clock)
    const [held, late] = [answer(anchors.ask(), clock), answer(anchors.ask(), clock)]
    await clock.advance(minutes(1))
    expect(anchors.read(late)).toMatchObject({ kind: 'anchor' })
    expect(anchors.read(held)).toEqual({ kind: 'replayed' })
    const weeksOld = answer(anchors.ask(), clock)
    await clock.advance(days(21))
    expect(anchors.read(weeksOld)).toEqual({ kind: 'replayed' })
  })
})

it('a demonstration’s clock asks nobody', async () => {
  const clock = manualClock()
  expect(asking(clock, 20).ask()).toBeNull()
  await clock.advance(minutes(1))
  expect(asking(clock, 0.5).ask()).toBeNull()
})
