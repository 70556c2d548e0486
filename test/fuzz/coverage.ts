import { Session } from 'node:inspector'

/**
 * Which parts of our own code an input reaches, told by V8 itself (precise block coverage): the guide of the fuzzer. Only scripts
 * whose place contains one of `within` count; V8's counters are set back at each look.
 */
export interface Coverage {
  /** What was reached since the last look: whether any of it was new, and a name for the way taken. */
  look(): { readonly news: boolean; readonly way: string }
  /** Letters of source reached so far. */
  reached(): number
  stop(): void
}

interface Taken {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly functionName: string
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[]
    }[]
  }[]
}

export function coverage(within: readonly string[]): Coverage {
  const session = new Session()
  session.connect()
  const post = (method: string, params: object = {}): unknown => {
    let answer: unknown
    // Connected to its own thread, the inspector answers before `post` returns.
    session.post(method, params, (error, result) => {
      if (error) throw error
      answer = result
    })
    return answer
  }
  post('Profiler.enable')
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  /** For every function, for every letter of its source: the magnitudes of counts it was ever seen with, a bit each. */
  const seen = new Map<string, Uint8Array>()
  return {
    look() {
      let news = false
      let way = ''
      for (const { url, functions } of (post('Profiler.takePreciseCoverage') as Taken).result) {
        if (!within.some((place) => url.includes(place))) continue
        for (const { ranges } of functions) {
          const [whole] = ranges
          if (!whole || whole.count === 0) continue
          const from = whole.startOffset
          const name = `${url}:${from}`
          const known = seen.get(name) ?? new Uint8Array(whole.endOffset - from)
          seen.set(name, known)
          // A block run as often as the one around it has no range of its own, so ranges are painted over one another first.
          const bits = new Uint8Array(known.length)
          for (const { startOffset, endOffset, count } of ranges) {
            bits.fill(count === 0 ? 0 : 1 << magnitude(count), startOffset - from, endOffset - from)
            way += `${startOffset}:${magnitude(count)},`
          }
          for (let at = 0; at < bits.length; at++) {
            const bit = bits[at] ?? 0
            if (bit === 0 || ((known[at] ?? 0) & bit) !== 0) continue
            known[at] = (known[at] ?? 0) | bit
            news = true
          }
        }
      }
      return { news, way }
    },
    reached: () => [...seen.values()].reduce((sum, letters) => sum + letters.reduce((n, bits) => n + (bits > 0 ? 1 : 0), 0), 0),
    stop() {
      post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}

/** A loop run once and a loop run a hundred times are two things; a hundred and a hundred and one are not. */
const magnitude = (count: number): number => Math.min(7, Math.ceil(Math.log2(count + 1)))
