/**
 * Saboteurs: each makes the product wrong in one way that has cost others their records, and must be caught. They are no switches of the
 * product: their edits are made to a copy of its sources, and `find` must stand there exactly once, so that none of them can rot.
 */
export interface Saboteur {
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly edits: readonly Edit[]
  readonly catcher: Catcher
  /** The invariant it breaks, and what the catcher says when it has caught it: any of these. */
  readonly caughtBy: readonly { readonly invariant: string; readonly says: string }[]
  /** Runs in the ordinary suite, not in the deep lane alone. */
  readonly fast: boolean
}
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}
export type Catcher =
  | { readonly kind: 'power-cuts'; readonly cuts: number }
  | { readonly kind: 'kills'; readonly kills: number }
  | { readonly kind: 'dying-disks'; readonly disks: number }
  | { readonly kind: 'vitest'; readonly file: string }

const broken = (...invariants: readonly string[]) => invariants.map((invariant) => ({ invariant, says: `broken ${invariant} ` }))
const fails = (invariant: string, test: string) => [{ invariant, says: test }]
const ROAD: Catcher = { kind: 'vitest', file: 'test/reliability/road/road.test.ts' }

export const SABOTEURS: readonly Saboteur[] = [
  {
    name: 'sync-normal',
    zh: '落盘降为 NORMAL，自检也一并作假',
    en: 'the store syncs at NORMAL, and its own check says that this is right',
    edits: [
      { file: 'edge-agent/store/connection.ts', find: `'synchronous = FULL'`, replace: `'synchronous = NORMAL'` },
      { file: 'edge-agent/store/connection.ts', find: 'const FULL = 2', replace: 'const FULL = 1' },
    ],
    catcher: { kind: 'power-cuts', cuts: 8 },
    caughtBy: broken('I1', 'I8'),
    fast: true,
  },
  {
    name: 'pulse-before-ink',
    zh: '先抬杆，后落账',
    en: 'the relay is pulsed before the decision is written',
    edits: [
      {
        file: 'edge-agent/lane.ts',
        find: '    const inked = ink(next, followed, input)\n',
        replace: `    for (const effect of next.effects) if (effect.kind === 'gate') void iron?.pulse(effect.gate, effect.move, rules.gatePulse)
    const inked = ink(next, followed, input)\n`,
      },
    ],
    catcher: { kind: 'vitest', file: 'test/reliability/pulses.test.ts' },
    caughtBy: broken('I8'),
    fast: true,
  },
  {
    name: 'receipt-before-commit',
    zh: '未提交先发回执',
    en: 'the receipt is sent before the commit',
    edits: [
      {
        file: 'cloud-service/ingest/in-line.ts',
        find: '    const done = await recorder.record(agent, epoch, delivered)\n',
        replace: `    const early = delivered.at(-1)?.batch.head
    if (early) say(agent, { epoch, upto: early.seq, hash: early.hash, missing: [] })
    const done = await recorder.record(agent, epoch, delivered)\n`,
      },
    ],
    catcher: ROAD,
    caughtBy: broken('I5'),
    fast: true,
  },
  {
    name: 'link-forgotten',
    zh: '记录之间不相连',
    en: 'records are not linked to one another',
    edits: [{ file: 'edge-agent/store/journal.ts', find: 'prev: head.seq === 0 ? NO_HASH : head.hash', replace: 'prev: NO_HASH' }],
    catcher: { kind: 'kills', kills: 3 },
    caughtBy: broken('I7'),
    fast: true,
  },
  {
    name: 'failed-sync-retried',
    zh: '落盘出错后照常继续',
    en: 'after a failed sync the store goes on as if nothing had been',
    edits: [
      {
        file: 'edge-agent/store/database.ts',
        find: 'throw IN_DOUBT.test(code) ? doubted(brokenBy(cause, file)) : cause',
        replace: 'throw cause',
      },
    ],
    catcher: { kind: 'dying-disks', disks: 4 },
    caughtBy: broken('R6', 'I1'),
    fast: false,
  },
  {
    name: 'no-identity',
    zh: '账本没有主键，来什么存什么',
    en: 'the ledger has no key, and whatever comes is stored',
    edits: [
      {
        file: 'cloud-service/migrations/0001_ledger.sql',
        find: '  stored_at timestamptz(3) not null default now(),\n  primary key (site, agent, epoch, seq)\n);\n-- How far each stream is committed',
        replace: '  stored_at timestamptz(3) not null default now()\n);\n-- How far each stream is committed',
      },
      {
        file: 'cloud-service/ingest/judge-batches.ts',
        find: 'const judged = accept(have, batch, hasher, prevOf)',
        replace: `const judged = { kind: 'next' as const, skip: 0, hashes: batch.lines.map(({ bytes }) => hasher.hash(bytes)) }`,
      },
      {
        file: 'cloud-service/ingest/record.ts',
        find: 'seq: from.seq + lines.length, hash: hashes.at(-1) ?? from.hash',
        replace: 'seq: head?.seq ?? from.seq + lines.length, hash: hashes.at(-1) ?? from.hash',
      },
    ],
    catcher: ROAD,
    caughtBy: broken('I3', 'I5', 'I4'),
    fast: false,
  },
  {
    name: 'prune-on-puback',
    zh: '把代理服务器的确认当作回执',
    en: 'what the broker acknowledged is called delivered',
    edits: [
      {
        file: 'edge-agent/sync/uplink.ts',
        find: `publish: (batch) => publish('ledger', batch)`,
        replace: `publish: (batch) => {
      publish('ledger', batch)
      const { head } = JSON.parse(batch.slice(0, batch.indexOf('\\n')))
      queueMicrotask(() => store.receipted({ epoch: head.epoch, upto: head.seq, hash: head.hash, missing: [] }))
    }`,
      },
    ],
    catcher: ROAD,
    caughtBy: broken('I6', 'I2'),
    fast: false,
  },
  {
    name: 'order-by-wall-time',
    zh: '按墙上时钟排序发送',
    en: 'records are sent in the order of the wall clock',
    edits: [
      {
        file: 'edge-agent/store/scrub.ts',
        find: 'from journal where epoch = ? and seq >= ? order by seq limit ?',
        replace: 'from journal where epoch = ? and seq >= ? order by at, seq limit ?',
      },
    ],
    catcher: ROAD,
    // The store itself sees lines that do not follow each other before they are sent.
    caughtBy: [...broken('I2', 'I4', 'I7'), { invariant: 'I7', says: 'store-broken: why chain-broken' }],
    fast: false,
  },
  {
    name: 'clock-floor',
    zh: '时钟倒拨时不设下限',
    en: 'a clock set back is believed',
    edits: [
      { file: 'edge-agent/store/clock-trust.ts', find: `    if (ahead < -inReal(within)) return 'clock-behind'\n`, replace: '' },
      {
        file: 'edge-agent/store/clock-trust.ts',
        find: '      return Instant(Math.max(floor(), believed ?? 0))',
        replace: '      return believed ?? shown',
      },
    ],
    catcher: { kind: 'vitest', file: 'test/edge-agent/agent-clock.test.ts' },
    caughtBy: fails('R2', '> back: a ticket that has expired is not valid again'),
    fast: false,
  },
  {
    name: 'alarm-without-passage',
    zh: '报警编号不含过车序号',
    en: 'alarms are named without the passage they tell of',
    edits: [
      {
        file: 'cloud-service/ingest/effects.ts',
        find: 'alarmIdOf(agent, epoch, body.kind, body.occurrence)',
        replace: `alarmIdOf(agent, epoch, body.kind, '')`,
      },
    ],
    catcher: ROAD,
    caughtBy: broken('I11'),
    fast: false,
  },
  {
    name: 'quarantine-dropped',
    zh: '读不懂的就丢掉',
    en: 'what cannot be read is thrown away',
    edits: [
      { file: 'cloud-service/ingest/quarantine.ts', find: 'const fits = roomFor(sizes, day, KEPT_PER_DAY)', replace: 'const fits = 0' },
    ],
    catcher: ROAD,
    caughtBy: broken('I2'),
    fast: false,
  },
  {
    name: 'client-id-not-bound',
    zh: '客户端编号不与身份绑定',
    en: 'anybody may take another’s session',
    edits: [
      {
        file: 'cloud-service/broker/rights.ts',
        find: 'who !== null && clientId ===',
        replace: 'who !== null || clientId ===',
      },
    ],
    catcher: { kind: 'vitest', file: 'test/cloud-service/broker/broker.test.ts' },
    caughtBy: fails('I14', '> nobody takes another’s session by naming its client id'),
    fast: false,
  },
  {
    name: 'row-level-security-off',
    zh: '行级权限失效',
    en: 'rows are shown to whoever asks',
    edits: [
      {
        file: 'cloud-service/migrations/0001_ledger.sql',
        find: 'create policy seen on weighing to pitgate_app using (sees(site, county, carrier));',
        replace: 'create policy seen on weighing to pitgate_app using (true);',
      },
    ],
    catcher: { kind: 'vitest', file: 'test/cloud-service/app/isolation.test.ts' },
    caughtBy: fails('I14', '> finds its own in every list and nobody else'),
    fast: false,
  },
  {
    name: 'seq-from-rowid',
    zh: '记录号取自数据库行号',
    en: 'a record’s number is the row number of the database',
    edits: [
      {
        file: 'edge-agent/store/journal.ts',
        find: 'seq: head.seq + 1,',
        replace: `seq: database.one<{ n: number }>('select coalesce(max(rowid), 0) + 1 as n from journal')?.n ?? 1,`,
      },
    ],
    catcher: { kind: 'vitest', file: 'test/simulation/past-failures.test.ts' },
    // A second epoch does not begin at 1: what is about to be sent follows nothing, and the store knows it for broken.
    caughtBy: [{ invariant: 'I4', says: 'store-broken: why chain-broken' }],
    fast: false,
  },
  {
    name: 'outbox-by-serial',
    zh: '指令编号取自自增序列',
    en: 'orders are numbered by a serial, which is given out before the COMMIT',
    edits: [
      {
        file: 'cloud-service/migrations/0001_ledger.sql',
        find: '-- The newest order of each agent, locked by whoever appends',
        replace: `create sequence order_serial;
grant usage on sequence order_serial to pitgate_ingest;
-- The newest order of each agent, locked by whoever appends`,
      },
      {
        file: 'cloud-service/orders/append.ts',
        find: 'from order_head where site = $1 and agent = $2 for update',
        replace: 'from order_head where site = $1 and agent = $2',
      },
      {
        file: 'cloud-service/orders/append.ts',
        find: 'const seq = head.seq + 1',
        replace: `const serial = await tx.query<{ n: number }>(\`select nextval('order_serial') as n\`)
  const seq = serial.rows[0]?.n ?? 0`,
      },
      {
        file: 'cloud-service/orders/append.ts',
        find: 'update order_head set seq = $3, hash',
        replace: 'update order_head set seq = greatest(seq, $3), hash',
      },
    ],
    catcher: { kind: 'vitest', file: 'test/cloud-service/orders/commit-order.test.ts' },
    caughtBy: fails('I4', '> whatever order transactions commit in, the site is sent every order that stands'),
    fast: false,
  },
  {
    name: 'fence-and-cursor-off',
    zh: '围栏号和断点都不比对',
    en: 'neither the fence nor the place of a stream is compared',
    edits: [
      {
        file: 'cloud-service/ingest/leases.ts',
        find: `if (rowCount === 0) throw new CloudError('lease-lost', \`Site \${site} is served by another instance\`)`,
        replace: 'if (rowCount === null) return',
      },
      {
        file: 'cloud-service/ingest/stands.ts',
        find: 'where c.upto = $8 and c.hash = $9`',
        replace: 'where c.upto is not null or c.upto = $8 or c.hash = $9`',
      },
      {
        file: 'test/simulation/memory-statements.ts',
        find: 'if (stands === undefined ? from !== 0 : stands.upto !== from || stands.hash !== fromHash) return 0',
        replace: 'if (stands === undefined && (from !== 0 || fromHash === null)) return 0',
      },
    ],
    catcher: { kind: 'vitest', file: 'test/simulation/hands-on.test.ts' },
    caughtBy: [
      { invariant: 'I5', says: 'went back from' },
      { invariant: 'I4', says: 'was moved to' },
    ],
    fast: false,
  },
  {
    name: 'stand-remembered-in-doubt',
    zh: '提交结果不明后仍凭记忆判断',
    en: 'where a stream stands is remembered although nobody answered the COMMIT',
    edits: [
      {
        file: 'cloud-service/ingest/record.ts',
        find: `    } catch (error) {
      stands.forget(agent, epoch)
      throw error`,
        replace: `    } catch (error) {
      throw error`,
      },
    ],
    catcher: { kind: 'vitest', file: 'test/simulation/hands-on.test.ts' },
    caughtBy: [{ invariant: 'I2', says: 'no livelock: a quarter of an hour after the last fault' }],
    fast: false,
  },
  {
    name: 'schema-in-pieces',
    zh: '旧库升级分段提交',
    en: 'an older store is brought up to date in pieces, each committed for itself',
    edits: [
      {
        file: 'edge-agent/store/connection.ts',
        find: 'for (const step of SCHEMA.slice(version)) connection.exec(step)',
        replace: `for (const step of SCHEMA.slice(version)) {
        connection.exec(step)
        connection.exec('commit')
        connection.exec('begin immediate')
      }`,
      },
    ],
    catcher: { kind: 'vitest', file: 'test/reliability/migrations.test.ts' },
    caughtBy: fails('I18', 'between two versions'),
    fast: false,
  },
  {
    name: 'no-pace',
    zh: '不管线路多细，一次送满',
    en: 'as much as ever fits is under way, however thin the line',
    edits: [{ file: 'edge-agent/sync/pace.ts', find: 'room: () => room,', replace: 'room: () => MOST,' }],
    catcher: { kind: 'vitest', file: 'test/edge-agent/sync/pace.test.ts' },
    caughtBy: fails('I12', 'what stands before an alarm takes about a second'),
    fast: false,
  },
  {
    name: 'any-receipt-confirms',
    zh: '任何回执都算策略已确认',
    en: 'any receipt keeps a policy young, also an old one shown again',
    edits: [
      {
        file: 'edge-agent/sync/uplink.ts',
        find: `if (answered === 'anchor' || !store.time.asks) store.policies.confirm()`,
        replace: 'store.policies.confirm()',
      },
    ],
    catcher: { kind: 'vitest', file: 'test/edge-agent/sync/uplink.test.ts' },
    caughtBy: fails('I10', 'a receipt keeps the policy young only where it bears'),
    fast: false,
  },
]
