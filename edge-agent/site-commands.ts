import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConsoleBooklets } from '#edge/console'
import { type LaneId, parseIdentity } from '#edge/ids'
import { seconds } from '#edge/units'
import { createAgent } from './agent.ts'
import { backupCommand, type Told } from './backup-command.ts'
import { bookletsListed } from './booklets.ts'
import { bookletLines } from './booklets-command.ts'
import type { EdgeConfig } from './config.ts'
import { type DryRunStart, dryRunLines, dryRunStart } from './console/dry-run-command.ts'
import { LOCAL_FILE, type Running } from './console/local-http.ts'
import { slipCommand } from './console/slip-command.ts'
import { doctor } from './doctor.ts'
import { EdgeError, reasonOf } from './errors.ts'
import { type Found, findRecord } from './found-record.ts'
import type { Health } from './health.ts'
import { type AgentKey, agentKey, verifierOf } from './keys.ts'
import { createLog, type LogLevel } from './log.ts'
import { loopDelay } from './loop-delay.ts'
import { nodeClock, scaleFromText } from './node-clock.ts'
import { readPolicyFile } from './policy-file.ts'
import { restoreCommand } from './restore-command.ts'
import { softwareIdentity } from './software-identity.ts'
import { DATABASE_FILE } from './store/database.ts'
import { openStore, type Store } from './store/store.ts'
import { tellWhy } from './why.ts'
import { whyAll } from './why-all.ts'
import { findStory, type StoryFound, tellStory } from './why-story.ts'

/** What can be asked of one site's agent, on the computer it runs on: each command with the site's configuration. */
export interface SiteCommands {
  run(): Promise<void>
  key(): void
  doctor(): Promise<void>
  why(id: string): Promise<void>
  whyStory(lane: string | null): Promise<void>
  /** Over every record, a line of JSON each; only while no agent runs. */
  whyAll(): void
  dryRun(how: { readonly policy: string; readonly last: number }): Promise<void>
  slip(id: string, how: { readonly reprint: boolean; readonly text: boolean }): Promise<void>
  /** The whole store in one file, also while the agent runs. */
  backup(file: string): Promise<void>
  /** What is left of the tickets signed ahead. */
  booklets(): Promise<void>
  restore(file: string): Promise<void>
}

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)
function stopWith(sentence: string, code = 1): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

export function siteCommands(config: EdgeConfig): SiteCommands {
  const keyFile = join(config.folder, 'agent.key')

  async function run(): Promise<void> {
    const log = createLog('edge', (process.env.PITGATE_LOG as LogLevel | undefined) ?? 'info')
    const clock = nodeClock(scaleFromText(process.env.PITGATE_CLOCK))
    const agent = createAgent({
      config,
      key: ownKey(),
      software: softwareIdentity(),
      clock,
      loop: loopDelay(clock),
      log,
      // Our own logic or the disk is in doubt. Nothing is tried again: barriers stay as they are, lights fall to red with the board's
      // own watch, and the next start verifies the store before it opens for business.
      onBroken: (error) => {
        log.error({ reason: reasonOf(error), stack: error.stack ?? '' }, 'the agent ends: it cannot be sure any more')
        process.exit(70)
      },
      taps: { onScaleBytes: () => {}, onRelayBytes: () => {} },
    })
    let ending = false
    const end = (why: string): void => {
      if (ending) return
      ending = true
      log.info({ why }, 'the agent ends')
      agent.stop().then(
        () => process.exit(0),
        (error: Error) => {
          log.error({ reason: error.message }, 'the end was not clean')
          process.exit(1)
        },
      )
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(signal))
    // Started by the demo: when that is gone, so are we.
    if (process.channel) process.on('disconnect', () => end('the parent is gone'))
    await agent.start()
  }

  async function why(id: string): Promise<void> {
    if (!parseIdentity(id)) stopWith(`${id} 不是记录编号 / is not a record's id, such as hongliu.a1.1-9f3a2b4c.17`, 2)
    const asked = await askRunning<Found>(`/records/${encodeURIComponent(id)}`)
    const found = asked.answered ? asked.value : fromStore((store) => findRecord(store, id))
    if (!found) stopWith(`本机没有这条记录 / this agent holds no record ${id}`)
    const { lines, proved } = tellWhy(id, found, { software: softwareIdentity(), keys: ownKey() })
    print(lines)
    process.exitCode = proved === false ? 1 : 0
  }

  /** The newest vehicle's stay at a lane, or anywhere, as a story. */
  async function whyStory(lane: string | null): Promise<void> {
    if (lane !== null && !config.lanes.some((known) => known.lane === lane))
      stopWith(`没有磅道 ${lane} / there is no lane ${lane}: ${config.lanes.map((known) => known.lane).join(', ')}`, 2)
    const asked = await askRunning<StoryFound>(`/story?lane=${encodeURIComponent(lane ?? '')}`)
    const found = asked.answered ? asked.value : fromStore((store) => findStory(store, lane as LaneId | null))
    if (!found) stopWith('还没有过磅过程 / no vehicle has been here yet')
    const { lines, proved } = tellStory(found, { software: softwareIdentity(), keys: ownKey() })
    print(lines)
    process.exitCode = proved === false ? 1 : 0
  }

  function everyWhy(): void {
    if (running()) stopWith('代理正在运行，请先停止 / the agent runs and has its store open: stop it first')
    const store = storeHere()
    if (!store) stopWith('本机没有账本 / this agent has no ledger yet')
    const { site, agent } = config
    for (const told of whyAll(store, { site, agent, software: softwareIdentity(), keys: ownKey() })) {
      if (told.proved === false) process.exitCode = 1
      print([JSON.stringify(told)])
    }
    void store.close()
  }

  function fromStore<T>(found: (store: Store) => T | null): T | null {
    const store = storeHere()
    const answer = store && found(store)
    void store?.close()
    return answer
  }

  async function dryRun({ policy, last }: { readonly policy: string; readonly last: number }): Promise<void> {
    const reading = readPolicyFile(policy)
    if (!reading.ok) stopWith(reading.sentence, 2)
    const now = nodeClock().now()
    const asked = await askRunning<DryRunStart>(`/dry-run?last=${last}`)
    if (asked.answered && asked.value !== null) {
      const fetch = async (id: string): Promise<Found | null> => (await askRunning<Found>(`/records/${encodeURIComponent(id)}`)).value
      return print(await dryRunLines(asked.value, reading.changes, { fetch, now }))
    }
    const store = storeHere()
    if (store === null) stopWith('本机还没有任何过磅 / nothing has been weighed here yet')
    try {
      print(await dryRunLines(dryRunStart(store, last), reading.changes, { fetch: async (id) => findRecord(store, id), now }))
    } finally {
      await store.close()
    }
  }

  async function booklets(): Promise<void> {
    const asked = await askRunning<ConsoleBooklets>('/booklets')
    if (asked.answered && asked.value !== null) return print(bookletLines(asked.value, true))
    const store = storeHere()
    if (store === null) stopWith('本机没有账本 / this agent has no ledger yet')
    try {
      print(bookletLines(bookletsListed(store, nodeClock().now(), null), false))
    } finally {
      await store.close()
    }
  }

  /** Without a running agent the store is ours to open, and to close again untouched but for its own housekeeping. */
  function storeHere(): Store | null {
    if (!existsSync(join(config.folder, DATABASE_FILE))) return null
    return openStore({
      folder: config.folder,
      site: config.site,
      agent: config.agent,
      signer: ownKey(),
      issuer: verifierOf(config.cloud.issuers),
      software: softwareIdentity(),
      clock: nodeClock(),
      clockQuality: () => 'free-running',
      log: createLog('ask', 'silent'),
    })
  }

  /** A new key beside an old ledger would orphan every record that still waits: a lost key wants a person. */
  function ownKey(): AgentKey {
    if (!existsSync(keyFile) && existsSync(join(config.folder, DATABASE_FILE)))
      throw new EdgeError('key-unreadable', { file: keyFile, why: 'missing' })
    return agentKey(keyFile)
  }

  function running(): Running | null {
    try {
      const said = JSON.parse(readFileSync(join(config.folder, LOCAL_FILE), 'utf8')) as Running
      process.kill(said.pid, 0)
      return said
    } catch {
      return null
    }
  }
  /** `answered`: an agent runs and has said so; its value is null where it has no such thing. */
  async function askRunning<T>(path: string): Promise<{ readonly answered: boolean; readonly value: T | null }> {
    const to = running()
    if (!to) return { answered: false, value: null }
    try {
      const answer = await fetch(`http://127.0.0.1:${to.port}${path}`, {
        headers: { authorization: to.key },
        signal: AbortSignal.timeout(5_000),
      })
      return { answered: true, value: answer.ok ? ((await answer.json()) as T) : null }
    } catch {
      return { answered: false, value: null }
    }
  }

  function sayHowFar(line: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r${line} `)
  }
  function tell({ lines, code }: Told): void {
    if (code !== 0) stopWith(lines.join('\n'), code)
    print(lines)
  }

  return {
    run,
    why,
    whyStory,
    dryRun,
    booklets,
    whyAll: everyWhy,
    async backup(file) {
      tell(
        await backupCommand(file, {
          running: running(),
          key: ownKey,
          openStore: storeHere,
          pause: () => new Promise((go) => nodeClock().timer(seconds(0.5), () => go())),
          onProgress: sayHowFar,
        }),
      )
    },
    async restore(file) {
      const { site, agent, folder } = config
      tell(
        await restoreCommand(file, {
          site,
          agent,
          folder,
          running: running() !== null,
          key: ownKey,
          openStore: storeHere,
          onProgress: sayHowFar,
        }),
      )
    },
    async slip(id, how) {
      tell(await slipCommand({ id, ...how }, { config, running: running(), key: ownKey, openStore: storeHere }))
    },
    key() {
      const { key, publicKey } = ownKey()
      print([JSON.stringify({ site: config.site, agent: config.agent, key, publicKey })])
    },
    async doctor() {
      const { lines, well } = await doctor(config, (await askRunning<Health>('/health')).value)
      print(lines)
      process.exitCode = well ? 0 : 1
    },
  }
}
