import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { topicOf } from '#edge/messages'
import { createLog } from '../../edge-agent/log.ts'
import { random } from '../../simulators/random.ts'
import { AGENT, SITE } from '../edge-agent/store/store-rig.ts'
import { siteNetwork } from './edge-line.ts'
import { isHealed, judge, watchCursors, watchReceipts } from './judge.ts'
import { houseKeys, memoryFolder } from './keys.ts'
import { memoryDatabase } from './memory-database.ts'
import { appendQuota } from './memory-orders.ts'
import { copyOf, type Tables } from './memory-tables.ts'
import { FAIR, lossyPipe } from './pipe.ts'
import { simulatedCloud } from './simulated-cloud.ts'
import { simulatedEdge } from './simulated-edge.ts'
import type { Step } from './steps.ts'
import { truth as newTruth } from './truth.ts'
import { worldTime } from './world-time.ts'

export interface Played {
  /** What was promised and not kept, in words; empty after a good run. */
  readonly violations: readonly string[]
  /** When which message was sent and how long it was: two runs of one seed have the same. */
  readonly trace: readonly string[]
  /** Every message for the cloud in the order it was sent, for playing it to another one. */
  readonly saidUp: readonly { readonly topic: string; readonly payload: string }[]
  readonly records: number
}

/** Faults are over: how long the two may take to be of one mind again. */
const HEALED_WITHIN = 15 * 60_000
/** And it must stay so. */
const STAYS_MS = 40_000

/** Plays one script. The same script and seed give the same run, message for message. */
export async function play(script: readonly Step[], seed: number): Promise<Played> {
  const { signer, issuer, issuerKeys } = houseKeys()
  const folder = mkdtempSync(join(memoryFolder(), 'pitgate-simulation-'))
  const time = worldTime()
  const chance = random(seed)
  const pipe = lossyPipe(time, chance.fork('pipe'))
  const database = memoryDatabase({ time, chance: chance.fork('database').next })
  const network = siteNetwork(time, pipe, chance.fork('network'))
  const truth = newTruth()
  const log = createLog('simulation', 'silent')
  const wasCommitted = (epoch: string, seq: number, hash: string): boolean => database.everHeld(`${SITE}/${AGENT}/${epoch}/${seq}`, hash)
  const edge = simulatedEdge({ folder, time, network, random: chance.fork('edge'), signer, issuer: issuerKeys, log, truth, wasCommitted })
  const clouds = (['one', 'two'] as const).map((name) => simulatedCloud({ name, time, pipe, database, issuer, truth }))
  const trace: string[] = []
  const saidUp: { topic: string; payload: string }[] = []
  pipe.watch((topic, payload) => {
    trace.push(`${time.now()} ${topic.slice(topic.lastIndexOf('/') + 1)} ${payload.length}`)
    if (topic !== topicOf(SITE, AGENT, 'receipt')) saidUp.push({ topic, payload })
  })
  watchReceipts(pipe, database, truth, time)
  watchCursors(database, truth)
  database.tables().agents.set(SITE, { site: SITE, agent: AGENT, county: '610881', key: signer.key, public_key: signer.publicKey })

  let databaseCopy: Tables = copyOf(database.tables())
  const crashEdge = async (behind: number, downMs: number): Promise<void> => {
    if (!edge.running()) return
    await edge.crash(behind)
    await time.pass(downMs)
  }
  const startEdge = (): void => {
    if (!edge.running()) edge.start()
  }
  const obey = async (step: Step): Promise<void> => {
    switch (step.does) {
      case 'weigh':
        for (let times = 0; times < step.times; times += 1) edge.weigh()
        return
      case 'alarm':
        return edge.alarm()
      case 'order':
        return appendQuota(database.tables(), issuer, SITE, AGENT, (database.tables().orders.length + 1) * 1_000, '2026-11-21T00:00:00Z')
      case 'wait':
        return time.pass(step.ms)
      case 'weather':
        return pipe.weather(step.is)
      case 'cut':
        return network.cut(step.ms)
      case 'database':
        return database.mood(step.is)
      case 'kill-edge':
        await crashEdge(step.behind, step.downMs)
        return startEdge()
      case 'kill-cloud': {
        const cloud = clouds[step.which]
        if (!cloud?.running()) return
        cloud.crash()
        time.later(step.downMs, () => void (cloud.running() || cloud.start()))
        return
      }
      case 'part-cloud':
        return clouds[step.which]?.part(step.ms)
      case 'freeze-cloud':
        return clouds[step.which]?.freeze(step.ms)
      case 'lose-hellos':
        return pipe.loseHellos()
      case 'copy-edge':
        return edge.keepCopy()
      case 'restore-edge':
        await crashEdge(0, 1_000)
        edge.putCopyBack(step.withMarker)
        truth.restored('edge')
        return startEdge()
      case 'copy-database':
        databaseCopy = copyOf(database.tables())
        return
      case 'restore-database':
        truth.restored('database')
        if (step.restarted) for (const cloud of clouds) cloud.crash()
        database.putBack(databaseCopy)
        if (step.restarted) for (const cloud of clouds) cloud.start()
        return
      case 'set-clock':
        return edge.setClock(step.wrongByMs)
    }
  }

  try {
    edge.start()
    edge.keepCopy()
    for (const cloud of clouds) cloud.start()
    for (const step of script) await obey(step)
    pipe.weather(FAIR)
    database.mood('well')
    startEdge()
    for (const cloud of clouds) if (!cloud.running()) cloud.start()
    const looked = { edge, database, truth }
    const healed = await time.passUntil(() => isHealed(looked), HEALED_WITHIN)
    if (healed) await time.pass(STAYS_MS)
    judge(looked, healed)
    return { violations: truth.violations(), trace, saidUp, records: truth.all().length }
  } finally {
    if (edge.running()) await edge.crash(0)
    for (const cloud of clouds) cloud.crash()
    rmSync(folder, { recursive: true, force: true })
  }
}
