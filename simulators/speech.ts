import { scanner } from '#dialects/framing'
import type { SpeechDialect } from '#dialects/speech/speech'
import type { Clock } from '#edge/clock'
import { milliseconds } from '#edge/units'

/** A voice module: speaks a character at a time, and a new text breaks off the one under way. */
export interface SpeechSimulator {
  deaf: boolean
  hear(bytes: Uint8Array): void
  /** Texts as they were sent, marks and all. */
  readonly said: readonly string[]
  /** How many of them were broken off by the next one. */
  brokenOff(): number
  speaking(): boolean
  stop(): void
}

/** Four to five characters a second, as such modules speak. */
const PER_CHARACTER_MS = 220

export function speechSimulator(options: { readonly dialect: SpeechDialect; readonly clock: Clock }): SpeechSimulator {
  const { dialect, clock } = options
  const { push } = scanner(dialect.hears)
  const said: string[] = []
  let broken = 0
  let speaking = false
  let cancel = (): void => undefined

  function end(): void {
    cancel()
    speaking = false
  }
  const module: SpeechSimulator = {
    deaf: false,
    said,
    hear(bytes) {
      if (module.deaf) return
      push(
        bytes,
        (order) => {
          if (order.kind === 'stop') end()
          if (order.kind !== 'say') return
          if (speaking) broken += 1
          cancel()
          said.push(order.text)
          if (said.length > 500) said.shift()
          speaking = true
          cancel = clock.timer(milliseconds(order.text.replace(/\[[^\]]*\]/g, '').length * PER_CHARACTER_MS), end)
        },
        () => undefined,
      )
    },
    brokenOff: () => broken,
    speaking: () => speaking,
    stop: end,
  }
  return module
}
