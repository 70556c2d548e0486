import pg from 'pg'
import { bodyOf, type CloudTables, type EdgeFile, type History, placeOf, seenIn } from './history.ts'
import { countedOnce, noGap } from './on-both-sides.ts'
import { ledgerVerifies } from './on-the-edge.ts'

/**
 * What must hold when an agent was put back to an older image, or two copies of one ran at once (T10): numbers are taken twice then, and
 * one side's word must give way. Nothing may be lost for that, nothing overwritten, and somebody must be told.
 */
export interface PutBack extends Omit<History, 'edge' | 'cloud'> {
  /** Every store that ever ran, as it lies there now. */
  readonly edges: readonly EdgeFile[]
  /** What the cloud held before the two stories met. */
  readonly before: CloudTables
  readonly cloud: CloudTables
  /** Lines the cloud keeps beside its ledger, because their numbers were taken. */
  readonly beside: ReadonlySet<string>
}

/** Lines as `brokenLines` has them; empty when all holds. */
export function brokenByPuttingBack(history: PutBack): string[] {
  const { logs, edges, before, cloud, beside, keys } = history
  const ledger = new Map(cloud.ledger.map((one) => [placeOf(one), one]))
  const onEdges = new Map(edges.flatMap(({ records }) => records.map((one) => [one.hash, one] as const)))
  const inLedger = new Set(cloud.ledger.map(({ hash }) => hash))
  const acknowledged = [...seenIn({ logs })].flatMap((seen) => (seen.event === 'acknowledged' ? seen.records : []))
  const told = (kinds: readonly string[]): boolean => kinds.includes('conflict') || kinds.includes('store')
  const alarmsOn = edges.flatMap(({ records }) => records.filter(({ kind }) => kind === 'alarm').map((one) => String(bodyOf(one).kind)))
  const found: readonly (readonly [id: string, what: string, violations: readonly string[]])[] = [
    [
      'I1',
      'what was acknowledged is kept somewhere',
      acknowledged
        .filter(({ hash }) => !onEdges.has(hash) && !inLedger.has(hash))
        .map((one) => `${placeOf(one)} (${one.kind}) is on no disk and in no ledger`),
    ],
    [
      'I2',
      'nothing that stood in the cloud was overwritten',
      before.ledger.filter((one) => ledger.get(placeOf(one))?.hash !== one.hash).map((one) => `${placeOf(one)} is gone or has other bytes`),
    ],
    [
      'I2',
      'whatever lies on an edge is in the cloud, in its place or beside it',
      [...onEdges.values()]
        .filter((one) => ledger.get(placeOf(one))?.hash !== one.hash && !beside.has(one.bytes))
        .map((one) => `${placeOf(one)} (${one.kind}) is on an edge only`),
    ],
    ['I16', 'the edge tells of it', told(alarmsOn) ? [] : ['no edge has an alarm for it']],
    ['I16', 'the cloud tells of it', told(cloud.alarms.map(({ kind }) => kind)) ? [] : ['the cloud has no alarm for it']],
    ...edges.flatMap((edge) => [
      ['I3', 'each load once, to the kilogram', countedOnce(edge, cloud, { logs, edge, cloud, keys })] as const,
      ['I4', 'no gap', noGap(edge, cloud, { logs: [], edge, cloud, keys })] as const,
      ['I7', 'the ledger verifies link by link', ledgerVerifies(edge, { logs: [], edge, cloud, keys })] as const,
    ]),
  ]
  return found.flatMap(([id, what, violations]) =>
    violations.length === 0 ? [] : [`broken ${id} ${what}: ${violations.length}`, ...violations.slice(0, 12).map((one) => `  ${one}`)],
  )
}

/** The lines of every batch the cloud keeps beside its ledger. */
export async function readBeside(url: string, site: string, agent: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ payload: Buffer }>('select payload from ledger_conflict where site = $1 and agent = $2', [
      site,
      agent,
    ])
    return new Set(
      rows.flatMap(({ payload }) =>
        payload
          .toString()
          .split('\n')
          .map((line) => line.split('\t')[0] ?? ''),
      ),
    )
  } finally {
    await client.end()
  }
}
