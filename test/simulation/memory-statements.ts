import { alarmIdOf } from '../../cloud-service/ingest/alarms.ts'
import { hasher } from '../../cloud-service/keys.ts'
import { ORDER_STATEMENTS } from './memory-orders.ts'
import type { Tables } from './memory-tables.ts'

/** What a statement answers, as `pg` gives it. */
export interface Answer {
  readonly rows: readonly object[]
  readonly rowCount: number
}
export interface Statement {
  /** How its text begins, white space as one blank. */
  readonly begins: string
  readonly writes: boolean
  readonly run: (tables: Tables, values: readonly unknown[], now: number) => readonly object[] | number
}

/**
 * The statements of the ingest that decide what becomes of a record, each with the meaning PostgreSQL gives it. That both give the same
 * receipts for the same messages is proved against a real server in `same-as-postgres.test.ts`.
 */
const STATEMENTS: readonly Statement[] = [
  ...ORDER_STATEMENTS,
  { begins: 'select site, agent, county, key, public_key from agent', writes: false, run: ({ agents }) => [...agents.values()] },
  {
    begins: 'with ours as (select * from unnest($3::text[], $4::bigint[]) as ours (site, fence)) insert into site_lease as l',
    writes: true,
    run({ agents, leases }, [holder, takeOwn, sites, fences], now) {
      const claimed: object[] = []
      for (const site of new Set([...agents.values()].map((one) => one.site))) {
        const lease = leases.get(site)
        const at = (sites as string[]).indexOf(site)
        const ours = lease !== undefined && at >= 0 && (fences as number[])[at] === lease.fence
        if (lease !== undefined && lease.until >= now && !(lease.holder === holder && (takeOwn === true || ours))) continue
        const fence = lease === undefined ? 1 : ours ? lease.fence : lease.fence + 1
        leases.set(site, { holder: String(holder), fence, until: now + 5_000 })
        claimed.push({ site, fence })
      }
      return claimed
    },
  },
  {
    begins: 'update site_lease set until = now()',
    writes: true,
    run({ leases }, [holder, sites], now) {
      for (const site of sites as string[]) {
        const lease = leases.get(site)
        if (lease !== undefined && lease.holder === holder) leases.set(site, { ...lease, until: now })
      }
      return 0
    },
  },
  {
    begins: 'select from site_lease where site = $1 and holder = $2 and fence = $3',
    writes: false,
    run({ leases }, [site, holder, fence]) {
      const lease = leases.get(String(site))
      return lease?.holder === holder && lease?.fence === fence ? 1 : 0
    },
  },
  {
    begins: 'select upto, hash from ledger_cursor',
    writes: false,
    run: ({ cursors }, [site, agent, epoch]) => maybe(cursors.get(`${site}/${agent}/${epoch}`)),
  },
  {
    begins: 'select distinct on (site, agent) site, agent, epoch, upto, hash from ledger_cursor',
    writes: false,
    run({ cursors }, [sites]) {
      const newest = new Map<string, object>()
      for (const [name, stands] of cursors) {
        const [site = '', agent = '', epoch = ''] = name.split('/')
        if ((sites as string[]).includes(site)) newest.set(`${site}/${agent}`, { site, agent, epoch, ...stands })
      }
      return [...newest.values()]
    },
  },
  {
    begins: 'insert into ledger_cursor as c',
    writes: true,
    run({ cursors }, [site, agent, epoch, upto, hash, , , from, fromHash]) {
      const name = `${site}/${agent}/${epoch}`
      const stands = cursors.get(name)
      if (stands === undefined ? from !== 0 : stands.upto !== from || stands.hash !== fromHash) return 0
      cursors.set(name, { upto: Number(upto), hash: String(hash) })
      return 1
    },
  },
  {
    begins: 'insert into ledger (site, agent, epoch, seq, kind, bytes, hash, prev, key, signature)',
    writes: true,
    run({ ledger }, [site, agent, epoch, first, , kinds, bytes, hashes, prevs]) {
      const all = [String(kinds).split(','), String(bytes).split('\n'), String(hashes).split(','), String(prevs).split(',')] as const
      for (const [at, kind] of all[0].entries()) {
        const seq = Number(first) + at
        const name = `${site}/${agent}/${epoch}/${seq}`
        if (ledger.has(name)) continue
        ledger.set(name, { epoch: String(epoch), seq, kind, bytes: all[1][at] ?? '', hash: all[2][at] ?? '', prev: all[3][at] ?? '' })
      }
      return all[0].length
    },
  },
  { begins: 'insert into conflict_day', writes: true, run: () => [{ day: '2026-11-21', kept: 0, keptBytes: 0, beyond: 0 }] },
  {
    begins: 'select from ledger_conflict where site = $1 and agent = $2 and epoch = $3 and seq = $4 and hash = $5',
    writes: false,
    run: ({ conflicts }, values) => (conflicts.has(values.join('/')) ? 1 : 0),
  },
  {
    begins: 'select seq from ledger_conflict where site = $1 and agent = $2 and epoch = $3 and head_seq = $4 and head_hash = $5',
    writes: false,
    run: ({ conflicts }, [site, agent, epoch, seq, hash]) => {
      const fork = [...conflicts].find(([name, { head }]) => name.startsWith(`${site}/${agent}/${epoch}/`) && head === `${seq} ${hash}`)
      return fork === undefined ? [] : [{ seq: Number(fork[0].split('/')[3]) }]
    },
  },
  {
    begins: 'insert into ledger_conflict',
    writes: true,
    run({ conflicts }, [site, agent, epoch, seq, why, payload, hash, headSeq, headHash]) {
      const head = `${headSeq} ${headHash}`
      conflicts.set(`${site}/${agent}/${epoch}/${seq}/${hash}`, { why: String(why), payload: String(payload), head })
      return 1
    },
  },
  // Of what a hello says the answer matters here, and which start of the agent said it.
  {
    begins: 'update agent a set online',
    writes: true,
    run({ agents }, [site, , boot]) {
      const agent = agents.get(String(site))
      if (agent !== undefined) agents.set(String(site), { ...agent, boot: String(boot) })
      return 1
    },
  },
  {
    begins: 'select c.epoch from ledger_cursor c join agent a using (site, agent)',
    writes: false,
    run: ({ agents, cursors, alarms }, [site, agent, boot]) =>
      [...cursors.keys()].flatMap((name) => {
        const epoch = name.split('/')[2] ?? ''
        const told = alarms.has(alarmIdOf({ site: String(site), agent: String(agent) }, epoch, 'store', `put-back/${epoch}`))
        return agents.get(String(site))?.boot !== boot || told ? [] : [{ epoch }]
      }),
  },
  {
    begins: 'select county from agent where site = $1 and agent = $2',
    writes: false,
    run: ({ agents }, [site]) => maybe(agents.get(String(site))),
  },
  // No honest agent's message comes here: that one did is all the judge wants to know.
  { begins: 'insert into quarantine_day', writes: true, run: () => [{ day: '2026-11-21', kept: 0, keptBytes: 0, beyond: 0 }] },
  {
    begins: 'insert into quarantine (',
    writes: true,
    run({ quarantine }, values) {
      quarantine.set(hasher.hash(values.join()), { why: values.join() })
      return []
    },
  },
  {
    begins: 'select hash from ledger where site = $1 and agent = $2 and epoch = $3 and seq = $4 union all select hash from express',
    writes: false,
    run({ ledger, express }, values) {
      const name = values.slice(0, 4).join('/')
      const row = ledger.get(name) ?? express.get(name)
      return row === undefined ? [] : [{ hash: row.hash }]
    },
  },
  {
    begins: 'select seq, hash from ledger where site = $1 and agent = $2 and epoch = $3 and seq = any',
    writes: false,
    run: ({ ledger }, [site, agent, epoch, seqs]) =>
      arrayOf(seqs).flatMap((seq) => {
        const row = ledger.get(`${site}/${agent}/${epoch}/${seq}`)
        return row === undefined ? [] : [{ seq: row.seq, hash: row.hash }]
      }),
  },
  {
    begins: 'insert into express',
    writes: true,
    run({ express }, [site, agent, epoch, seq, , hash]) {
      const name = `${site}/${agent}/${epoch}/${seq}`
      if (!express.has(name)) express.set(name, { hash: String(hash) })
      return 1
    },
  },
  {
    begins: 'select seq, hash from express',
    writes: false,
    run({ express }, [site, agent, epoch, seqs]) {
      return arrayOf(seqs).flatMap((seq) => {
        const row = express.get(`${site}/${agent}/${epoch}/${seq}`)
        return row === undefined ? [] : [{ seq: Number(seq), hash: row.hash }]
      })
    },
  },
  {
    begins: 'insert into alarm (id, site',
    writes: true,
    run({ alarms }, values) {
      const [ids, kinds, seqs, confirmed] = [values[3], values[6], values[11], values[12]].map(arrayOf) as [
        string[],
        string[],
        string[],
        string[],
      ]
      return ids.flatMap((id, at) => {
        const now = { kind: kinds[at] ?? '', seq: seqs[at] === 'NULL' ? null : Number(seqs[at]), confirmed: confirmed[at] === 'true' }
        const before = alarms.get(id)
        if (before !== undefined && (before.confirmed || !now.confirmed)) return []
        alarms.set(id, before === undefined ? now : { ...before, confirmed: true, seq: now.seq ?? before.seq })
        return [{ id, fresh: before === undefined }]
      })
    },
  },
  {
    begins: 'with added as ( insert into weighing (site',
    writes: true,
    run({ weighings }, [site, agent, epoch, , seqs, , , , , , , weights]) {
      for (const [at, seq] of arrayOf(seqs).entries()) {
        const name = `${site}/${agent}/${epoch}/${seq}`
        if (!weighings.has(name)) weighings.set(name, { weightKg: Number(arrayOf(weights)[at]) })
      }
      return 1
    },
  },
]
/** Tables kept here: a statement about one of them that is not in the list above is a mistake of this file, told at once. */
const KEPT = /\b(orders|order_head|order_cursor|ledger|ledger_cursor|ledger_conflict|express|site_lease)\b/

export function statementFor(text: string): Statement {
  const said = text.trim().replace(/\s+/g, ' ')
  const known = STATEMENTS.find(({ begins }) => said.startsWith(begins))
  if (known !== undefined) return known
  if (KEPT.test(said)) throw new Error(`the simulated database does not know this statement: ${said}`)
  // Screens, tickets, histories: nobody's record depends on them, and there are none here.
  return { begins: said, writes: false, run: () => [] }
}

export function answerOf(said: readonly object[] | number): Answer {
  return typeof said === 'number' ? { rows: [], rowCount: said } : { rows: said, rowCount: said.length }
}
const maybe = (row: object | undefined): readonly object[] => (row === undefined ? [] : [row])

/** A PostgreSQL array literal of plain words, as `database/arrays.ts` writes it. */
function arrayOf(literal: unknown): string[] {
  const inside = String(literal).slice(1, -1)
  if (inside === '') return []
  return [...inside.matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
}
