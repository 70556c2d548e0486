import { slipLaneOf } from '../config/printer.ts'
import type { EdgeConfig } from '../config.ts'
import type { AgentKey } from '../keys.ts'
import { nodeClock } from '../node-clock.ts'
import { previewOf, type SlipOutcome, type SlipPreview } from '../slips.ts'
import type { Store } from '../store/store.ts'
import type { Running } from './local-http.ts'

/** What the process hands in. */
export interface SlipCommandParts {
  readonly config: EdgeConfig
  /** The running agent: it alone holds the printer, and the store while it runs. */
  readonly running: Running | null
  key(): AgentKey
  /** Null where there is no store yet. The caller of this closes it. */
  openStore(): Store | null
}

export interface SlipAnswer {
  readonly lines: readonly string[]
  readonly code: number
}

/** As long as a slip may take on a slow line, and a little more than the agent itself waits. */
const WITHIN_MS = 20_000

/** `edge slip ID`: prints through the running agent, or shows the slip here with `--text`, for which nothing has to run. */
export async function slipCommand(
  { id, reprint, text }: { readonly id: string; readonly reprint: boolean; readonly text: boolean },
  parts: SlipCommandParts,
): Promise<SlipAnswer> {
  if (text) return shown(parts.running ? await ask<SlipPreview>(parts.running, 'GET', id, false) : fromStore(id, parts), id)
  if (!parts.running)
    return failed(
      '代理没有运行，打印机由它掌管；加 --text 可直接查看 / the agent is not running, and it holds the printer; --text shows the slip',
    )
  return told(await ask<SlipOutcome>(parts.running, 'POST', id, reprint), id)
}

async function ask<T>({ port, key }: Running, method: 'GET' | 'POST', id: string, reprint: boolean): Promise<T | null> {
  const url = `http://127.0.0.1:${port}/slips/${encodeURIComponent(id)}${reprint ? '?reprint' : ''}`
  try {
    const answer = await fetch(url, { method, headers: { authorization: key }, signal: AbortSignal.timeout(WITHIN_MS) })
    return answer.ok ? ((await answer.json()) as T) : null
  } catch {
    return null
  }
}

function fromStore(id: string, { config, key, openStore }: SlipCommandParts): SlipPreview {
  const store = openStore()
  if (!store) return { kind: 'no-record' }
  const laneOf = (lane: string) => {
    const found = config.lanes.find((one) => one.lane === lane)
    return found ? { ...slipLaneOf(found), printer: null } : null
  }
  try {
    return previewOf({ site: config.site, store, signer: key(), clock: nodeClock(), lane: laneOf }, id)
  } finally {
    void store.close()
  }
}

const failed = (sentence: string): SlipAnswer => ({ lines: [sentence], code: 1 })
const NO_ANSWER = '代理没有应答 / the agent does not answer'
const noRecord = (id: string): SlipAnswer => failed(`本机没有这条记录 / this agent holds no record ${id}`)
const noWeighing = (id: string): SlipAnswer => failed(`${id} 不是过磅记录 / is not a weighing`)

function shown(preview: SlipPreview | null, id: string): SlipAnswer {
  switch (preview?.kind) {
    case 'text':
      return { lines: preview.lines, code: 0 }
    case 'no-record':
      return noRecord(id)
    case 'not-a-weighing':
      return noWeighing(id)
    case undefined:
      return failed(NO_ANSWER)
  }
}

function told(outcome: SlipOutcome | null, id: string): SlipAnswer {
  switch (outcome?.kind) {
    case 'printed': {
      const again = outcome.reprint > 0 ? `（补打 ${outcome.reprint} / reprint ${outcome.reprint}）` : ''
      return { lines: [`${outcome.number} 已打印 / printed ${again}`.trimEnd()], code: 0 }
    }
    case 'unknown':
      return failed(
        `${outcome.number} 已发送，是否打印出来不清楚，请查看打印机 / was sent; nobody knows whether it came out: look at the printer`,
      )
    case 'not-printed':
      return failed(`${outcome.number} 没有打印 / was not printed`)
    case 'already-printed':
      return failed(
        `${outcome.number} 已打印 ${outcome.times} 次；补打请加 --reprint / printed ${outcome.times} times before; say --reprint`,
      )
    case 'waiting':
      return failed(`${outcome.number} 在等打印机（${outcome.why}） / waits for the printer: ${outcome.why}`)
    case 'no-printer':
      return failed('该磅道没有配置打印机；加 --text 可查看 / that lane has no printer; --text shows the slip')
    case 'no-record':
      return noRecord(id)
    case 'not-a-weighing':
      return noWeighing(id)
    case undefined:
      return failed(NO_ANSWER)
  }
}
