import { type Clock, realSpan } from '#edge/clock'
import { milliseconds, type Span } from '#edge/units'

/**
 * Telegrams to something that shows or says, in slots: what is newer takes the place of what still waits in its slot, and breaks off
 * the rest of what is being sent there. Nothing is repeated: a failed telegram is told, and the caller knows what is worth sending anew.
 */
export interface NewestOnly {
  put(slot: string, telegrams: readonly Uint8Array[], settled: (sent: boolean) => void): void
  /** Forgets what waits; what is under way is told as failed. */
  clear(): void
}

interface Waiting {
  readonly telegrams: readonly Uint8Array[]
  settled(sent: boolean): void
}

/** Cards on RS-485 want the line quiet for a moment between telegrams. */
const BETWEEN: Span = milliseconds(30)

export function newestOnly(write: (bytes: Uint8Array) => Promise<void>, clock: Clock): NewestOnly {
  const slots = new Map<string, Waiting>()
  let busy = false
  let clears = 0

  async function send(slot: string, { telegrams, settled }: Waiting): Promise<void> {
    const began = clears
    for (const telegram of telegrams) {
      try {
        await write(telegram)
      } catch {
        settled(false)
        return
      }
      await new Promise<void>((quiet) => clock.timer(realSpan(clock, BETWEEN), quiet))
      if (clears !== began || slots.has(slot)) {
        settled(false)
        return
      }
    }
    settled(true)
  }

  async function pump(): Promise<void> {
    busy = true
    for (let next = slots.entries().next(); !next.done; next = slots.entries().next()) {
      const [slot, waiting] = next.value
      slots.delete(slot)
      await send(slot, waiting)
    }
    busy = false
  }

  return {
    put(slot, telegrams, settled) {
      slots.get(slot)?.settled(false)
      slots.set(slot, { telegrams, settled })
      if (!busy) void pump()
    },
    clear() {
      clears++
      for (const { settled } of slots.values()) settled(false)
      slots.clear()
    },
  }
}
