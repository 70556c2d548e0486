import type { Evidence } from './evidence.ts'
import type { SaidRecord, Token } from './ledger.ts'

/** No gate opened without a decision, and none twice on one: the relays' own log against the minted tokens and their records. */
export interface GateJudgement {
  /** Times an exit relay closed. */
  readonly exitPulses: number
  readonly entryPulses: number
  readonly byVerdict: number
  readonly byHand: number
  /** Pulses no token was minted for, or whose record allows no opening. */
  readonly without: readonly string[]
  readonly twice: readonly string[]
  /** From the ink on disk to the relay, in milliseconds of the mine: 99th percentile and most. */
  readonly lateP99Ms: number
  readonly lateMostMs: number
  /** Tokens that never moved a relay, by what became of them. */
  readonly unspent: Readonly<Record<string, number>>
}

/** From the minting of a token to its relay, at most: a computer that stalls for a second has lost twenty of the mine's. */
const WITHIN_MS = 60_000

export function judgeGates({ truth, edge }: Pick<Evidence, 'truth' | 'edge'>): GateJudgement {
  const records = new Map(edge.records.map((record) => [`${record.epoch} ${record.seq}`, record]))
  const pulses = truth.flatMap((one) =>
    one.kind === 'relay' && one.on && (one.output === 'exitOpen' || one.output === 'entryOpen')
      ? [{ at: one.at, lane: one.lane, gate: one.output === 'exitOpen' ? 'exit' : 'entry' }]
      : [],
  )
  const spent = new Set<Token>()
  const late: number[] = []
  const without: string[] = []
  const twice: string[] = []
  let byVerdict = 0
  let byHand = 0
  for (const { at, lane, gate } of pulses) {
    const words = `${new Date(at).toISOString()} ${lane} ${gate}`
    const near = edge.tokens.filter(
      (token) => token.lane === lane && token.gate === gate && at - token.mintedAt <= WITHIN_MS && token.mintedAt - at <= 1_000,
    )
    const token = near.find((one) => !spent.has(one))
    if (!token) {
      if (near.length > 0) twice.push(words)
      else without.push(`${words}: no token`)
      continue
    }
    spent.add(token)
    late.push(at - token.mintedAt)
    if (gate !== 'exit') continue
    const deciding = token.seq === null ? undefined : records.get(`${token.epoch} ${token.seq}`)
    const allows = deciding ? allowance(deciding) : null
    if (allows === 'verdict') byVerdict += 1
    else if (allows === 'hand') byHand += 1
    else without.push(`${words}: ${deciding ? deciding.kind : 'no record'} allows nothing`)
  }
  const unspent: Record<string, number> = {}
  for (const token of edge.tokens) if (!spent.has(token)) unspent[token.outcome ?? 'open'] = (unspent[token.outcome ?? 'open'] ?? 0) + 1
  late.sort((a, b) => a - b)
  return {
    lateP99Ms: late[Math.floor(late.length * 0.99)] ?? 0,
    lateMostMs: late.at(-1) ?? 0,
    exitPulses: pulses.filter(({ gate }) => gate === 'exit').length,
    entryPulses: pulses.filter(({ gate }) => gate === 'entry').length,
    byVerdict,
    byHand,
    without,
    twice,
    unspent,
  }
}

function allowance({ kind, body }: SaidRecord): 'verdict' | 'hand' | null {
  if (kind === 'weighing') return body.verdict === 'open' ? 'verdict' : null
  return kind === 'decision' && (body.act === 'release' || body.act === 'lift') ? 'hand' : null
}
