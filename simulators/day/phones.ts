import type { Clock } from '#edge/clock'
import type { DriverDisplay } from '#edge/console'
import { inReal } from '../clock.ts'

/**
 * The drivers' telephones: one who stands on a platform and reads a code on the lane's display sends it with his ticket to the cloud,
 * over the mobile network, which is another than the mine's.
 */
export interface Phones {
  /** A driver with this ticket stands on this platform, or (null) nobody who would help himself. */
  standing(lane: string, ticket: { readonly number: string; readonly carrier: string } | null): void
  /** Codes sent so far. */
  sent(): number
  stop(): void
}

const LOOKS_EVERY_MS = 250

export function driversPhones(parts: {
  /** Where the displays are served, and where the cloud is. */
  readonly displays: string
  readonly cloud: string
  readonly keys: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly log: (text: string) => void
}): Phones {
  const { displays, cloud, keys, clock, log } = parts
  const there = new Map<string, { readonly number: string; readonly carrier: string }>()
  const done = new Set<string>()
  let cancel = (): void => undefined
  let stopped = false
  let sent = 0

  async function look(lane: string, { number, carrier }: { readonly number: string; readonly carrier: string }): Promise<void> {
    const answer = await fetch(`${displays}/api/display?lane=${lane}`, { signal: AbortSignal.timeout(3_000) })
    if (!answer.ok) return
    const { said } = (await answer.json()) as DriverDisplay
    const code = said?.code === 'show-code' ? String(said.facts.code) : null
    if (code === null || done.has(`${lane} ${code}`)) return
    done.add(`${lane} ${code}`)
    const claimed = await fetch(`${cloud}/api/tickets/${number}/claim`, {
      method: 'POST',
      signal: AbortSignal.timeout(8_000),
      headers: {
        authorization: `Bearer ${keys.get(carrier) ?? ''}`,
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
      void Promise.all(
        [...there].map(([lane, ticket]) => look(lane, ticket).catch((error: Error) => log(`${lane}: a telephone: ${error.message}`))),
      ).finally(() => {
        if (!stopped) again()
      })
    })
  }
  again()
  return {
    standing(lane, ticket) {
      if (ticket === null) there.delete(lane)
      else there.set(lane, ticket)
    },
    sent: () => sent,
    stop() {
      stopped = true
      cancel()
    },
  }
}
