import { beforeEach, describe, expect, it } from 'vitest'
import { minutes, seconds } from '#edge/units'
import { type LinkWatch, watchLink } from '../../../edge-agent/sync/link-state.ts'
import { type ManualClock, manualClock } from '../../support/manual-clock.ts'

let clock: ManualClock
let link: LinkWatch
beforeEach(() => {
  clock = manualClock()
  link = watchLink(clock, () => ({ records: 0, oldest: null }))
})

describe('a site is in the dark', () => {
  it('two minutes after its link was lost, and no more once it is back', async () => {
    link.connected()
    link.heard()
    link.lost('the broker is gone')
    await clock.advance(minutes(2) - 1)
    expect(link.isDark()).toBe(false)
    await clock.advance(1)
    expect(link.isDark()).toBe(true)
    link.connected()
    link.heard()
    expect(link.isDark()).toBe(false)
  })

  it('two minutes after its start, where no link ever came; tries that fail in between begin nothing anew', async () => {
    for (let tried = 0; tried < 11; tried += 1) {
      await clock.advance(seconds(10))
      link.lost(`try ${tried}`)
      link.refused('not yet')
    }
    expect(link.isDark()).toBe(false)
    await clock.advance(seconds(10))
    expect(link.isDark()).toBe(true)
  })

  it('where the broker is there and the cloud behind it says nothing', async () => {
    link.connected()
    link.heard()
    await clock.advance(minutes(2) - 1)
    expect(link.isDark()).toBe(false)
    await clock.advance(1)
    expect([link.state().state, link.isDark()]).toEqual(['connected', true])
    link.heard()
    expect(link.isDark()).toBe(false)
  })

  it('however the wall clock is set, and not before', async () => {
    let shown = 0
    const stepped = watchLink({ ...clock, now: () => (clock.now() + shown) as never }, () => ({ records: 0, oldest: null }))
    stepped.connected()
    stepped.heard()
    shown = 3_600_000
    expect(stepped.isDark()).toBe(false)
    stepped.lost('gone')
    shown = -3_600_000
    await clock.advance(minutes(2))
    expect(stepped.isDark()).toBe(true)
  })

  it('not while it is answered every ten seconds of the world, in a demo whose clock runs twenty times as fast', async () => {
    const fast = watchLink({ ...clock, speed: 20 }, () => ({ records: 0, oldest: null }))
    fast.connected()
    for (let said = 0; said < 10; said += 1) {
      fast.heard()
      await clock.advance(seconds(200))
      expect(fast.isDark()).toBe(false)
    }
    fast.lost('gone')
    await clock.advance(minutes(2))
    expect(fast.isDark()).toBe(true)
  })
})
