import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { MqttClient } from 'mqtt'
import type { Receipt } from '#edge/stream'
import { agentKey } from '../../edge-agent/keys.ts'
import { AGENT, SITE } from '../edge-agent/store/store-rig.ts'
import { bareConfig } from './bare-config.ts'
import { benchHouse } from './bench-house.ts'
import { type Filled, fillLedger } from './fill-ledger.ts'
import { median } from './shares.ts'

/**
 * A day without network (DESIGN.md section 7): 10,000 records wait at the site, and the agent, the real program, finds its broker again.
 * How long until the last of them is receipted: stored and committed by the cloud service, also the real program. Every round adds its
 * records to the same ledger. The agent has only just started, so its code is cold, as it would not be after a cut.
 */
export interface DrainFigure {
  readonly records: number
  readonly meanRecordBytes: number
  readonly rounds: number
  /** From the agent's connection to the broker to the last receipt, the middle one of the rounds. */
  readonly medianMs: number
  readonly recordsPerSecond: number
  /** In the order of the rounds. */
  readonly drainedMs: readonly number[]
  readonly firstReceiptMs: readonly number[]
}

const RECORDS = 10_000
const ROUNDS = 5
const TOO_LONG = 120_000

export async function benchDrain(): Promise<{ name: string; text: string; figures: DrainFigure }> {
  const folder = mkdtempSync(join(tmpdir(), 'pitgate-bench-drain-'))
  const store = join(folder, 'edge')
  const agent = { site: SITE, agent: AGENT, key: agentKey(join(store, 'agent.key')) }
  const house = await benchHouse([agent])
  const drained: Drained[] = []
  let filled: Filled | null = null
  try {
    const config = bareConfig(folder, 'edge', { mqtt: house.brokerUrl, password: house.passwordOf(agent) })
    await house.cloud()
    const witness = await house.witness()
    for (let round = 0; round < ROUNDS; round += 1) {
      filled = fillLedger(store, RECORDS)
      drained.push(await drain(config, filled, witness))
    }
    const { rows } = await house.pool.query<{ records: number }>('select count(*) as records from ledger')
    if ((rows[0]?.records ?? 0) < RECORDS * ROUNDS) throw new Error(`the cloud has ${rows[0]?.records} of ${RECORDS * ROUNDS} records`)
  } finally {
    await house.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const medianMs = median(drained.map(({ allMs }) => allMs))
  const figures: DrainFigure = {
    records: RECORDS,
    meanRecordBytes: filled?.meanRecordBytes ?? Number.NaN,
    rounds: ROUNDS,
    medianMs,
    recordsPerSecond: Math.round(RECORDS / (medianMs / 1_000)),
    drainedMs: drained.map(({ allMs }) => allMs),
    firstReceiptMs: drained.map(({ firstMs }) => firstMs),
  }
  return { name: 'drain of a day without network', text: textOf(figures), figures }
}

const textOf = (it: DrainFigure): string =>
  [
    `${it.records.toLocaleString('en')} records of ${it.meanRecordBytes} bytes, agent connected → last receipt: ${seconds(it.medianMs)} s, median of ${it.rounds} rounds (${it.recordsPerSecond} records/s)`,
    `  by round ${it.drainedMs.map(seconds).join(', ')} s; the first receipt that moves after ${it.firstReceiptMs.map(seconds).join(', ')} s`,
  ].join('\n')
const seconds = (ms: number): string => (ms / 1_000).toFixed(2)

interface Drained {
  readonly firstMs: number
  readonly allMs: number
}

/** One life of the agent, from its start to the last receipt. */
async function drain(config: string, { epoch, seq }: Filled, witness: MqttClient): Promise<Drained> {
  const agent = fork(join(import.meta.dirname, '../../edge-agent/main.ts'), ['run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, PITGATE_LOG: 'info' },
  })
  const ended = new Promise<void>((done) => agent.once('exit', () => done()))
  let connectedAt: number | null = null
  if (agent.stderr)
    createInterface(agent.stderr).on('line', (line) => {
      if (line.includes('"connected to the cloud"')) connectedAt ??= Date.parse((JSON.parse(line) as { time: string }).time)
    })
  let heard: ((topic: string, payload: Buffer) => void) | null = null
  try {
    const moved = await new Promise<{ first: number; last: number }>((done, failed) => {
      let first: number | null = null
      heard = (_topic, payload) => {
        const receipt = JSON.parse(payload.toString()) as Receipt
        if (receipt.epoch !== epoch || receipt.upto <= seq - RECORDS) return
        first ??= Date.now()
        if (receipt.upto >= seq) done({ first, last: Date.now() })
      }
      witness.on('message', heard)
      setTimeout(() => failed(new Error(`not drained within ${TOO_LONG / 1_000} s`)), TOO_LONG).unref()
      void ended.then(() => failed(new Error('the agent ended before it was drained')))
    })
    if (connectedAt === null) throw new Error('the agent did not say that it was connected')
    return { firstMs: moved.first - connectedAt, allMs: moved.last - connectedAt }
  } finally {
    if (heard) witness.off('message', heard)
    agent.kill('SIGTERM')
    await ended
  }
}
