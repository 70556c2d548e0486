import type { Clock } from '#edge/clock'
import type { DriverDisplay } from '#edge/console'
import { inReal } from '../clock.ts'

/**
 * What drivers read on the display of their lane. One who stands on a platform and reads a code sends it with his ticket to the cloud,
 * from his telephone, over the mobile network, which is another than the mine's. Where no barrier at the entry rises to tell him that he
 * must go back, he reads that, too.
 */
export interface Phones {
  /** A driver stands on this platform, with this ticket where he would help himself with it; null: nobody does any more. */
  standing(lane: string, driver: StandingDriver | null): void
  /** Codes sent so far. */
  sent(): number
  stop(): void
}

export interface StandingDriver {
  readonly number: string | null
  readonly carrier: string | null
}

const LOOKS_EVERY_MS = 250
const GO_BACK: readonly string[] = ['held', 'reverse-off', 'one-at-a-time', 'wrong-way']

export function driversPhones(parts: {
  /** Where the displays are served, and where the cloud is. */
  readonly displays: string
  readonly cloud: string
  readonly keys: ReadonlyMap<string, string>
  /** He reads that he must reverse off. */
  readonly onSentBack: (lane: string) => void
  readonly clock: Clock
  readonly log: (text: string) => void
}): Phones {
  const { displays, cloud, keys, onSentBack, clock, log } = parts
  const there = new Map<string, StandingDriver>()
  const done = new Set<string>()
  let cancel = (): void => undefined
  let stopped = false
  let sent = 0

  async function look(lane: string, driver: StandingDriver): Promise<void> {
    const { number, carrier } = driver
    const answer = await fetch(`${displays}/api/display?lane=${lane}`, { signal: AbortSignal.timeout(3_000) })
    if (!answer.ok) return
    const { said } = (await answer.json()) as DriverDisplay
    if (there.get(lane) !== driver) return
    if (GO_BACK.includes(said?.code ?? '')) onSentBack(lane)
    const code = said?.code === 'show-code' ? String(said.facts.code) : null
    if (code === null || number === null || done.has(`${lane} ${code}`)) return
    done.add(`${lane} ${code}`)
    const claimed = await fetch(`${cloud}/api/tickets/${number}/claim`, {
      method: 'POST',
      signal: AbortSignal.timeout(8_000),
      headers: {
        authorization: `Bearer ${keys.get(carrier ?? '') ?? ''}`,
        'content-type': 'application/json',
        'idempotency-key': `phone-${number}-${code}`,
      },
      body: JSON.stringify({ lane, code }),
    })
    sent += 1
    log(`${lane}: a driver sends code ${code} with ${number}: ${claimed.status}`)
  }
  const again = (): void => {
    cancel = inReal(clock, LOOKS_EVERY_MS, () => {
      // A display that is dark says nothing; he looks again.
      const looks = [...there].map(([lane, driver]) => look(lane, driver).catch(() => undefined))
      void Promise.all(looks).finally(() => {
        if (!stopped) again()
      })
    })
  }
  again()
  return {
    standing(lane, driver) {
      if (driver === null) there.delete(lane)
      else there.set(lane, driver)
    },
    sent: () => sent,
    stop() {
      stopped = true
      cancel()
    },
  }
}
