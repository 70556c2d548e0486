import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How busy the computer was, and how far behind the simulated world ran: without this an accelerated day says nothing. */
export interface LoadSample {
  /** Real seconds since the day began. */
  readonly second: number
  /** Share of all cores that was busy, 0–1; null where the system does not say. */
  readonly busy: number | null
  /** Of one core, by process. */
  readonly cores: Readonly<Record<string, number>>
  readonly rssMb: Readonly<Record<string, number>>
  /** The simulators' event loop: how late its timers were, 99th percentile and most, in real milliseconds. */
  readonly lateP99Ms: number
  readonly lateMostMs: number
}
export interface LoadWatch {
  readonly samples: readonly LoadSample[]
  stop(): void
}

const TICKS_A_SECOND = 100
const EVERY_MS = 10_000

/** Samples every ten real seconds. `pids` names the processes to watch. */
export function watchLoad(pids: () => Readonly<Record<string, number | null>>): LoadWatch {
  const samples: LoadSample[] = []
  const began = performance.now()
  const late = monitorEventLoopDelay({ resolution: 10 })
  late.enable()
  let before = { at: began, machine: machineTicks(), of: new Map<string, number>() }

  const sample = (): void => {
    const at = performance.now()
    const machine = machineTicks()
    const cores: Record<string, number> = {}
    const rssMb: Record<string, number> = {}
    const of = new Map<string, number>()
    for (const [name, pid] of Object.entries(pids())) {
      const now = pid === null ? null : processFigures(pid)
      if (now === null || pid === null) continue
      of.set(`${name} ${pid}`, now.ticks)
      rssMb[name] = Math.round(now.rssMb)
      const was = before.of.get(`${name} ${pid}`)
      if (was !== undefined) cores[name] = round(((now.ticks - was) / TICKS_A_SECOND / (at - before.at)) * 1_000)
    }
    const all = machine && before.machine ? machine.all - before.machine.all : 0
    samples.push({
      second: Math.round((at - began) / 1_000),
      busy: machine && before.machine && all > 0 ? round((machine.busy - before.machine.busy) / all) : null,
      cores,
      rssMb,
      lateP99Ms: round(late.percentile(99) / 1e6),
      lateMostMs: round(late.max / 1e6),
    })
    late.reset()
    before = { at, machine, of }
  }
  const timer = setInterval(sample, EVERY_MS)
  return {
    samples,
    stop() {
      clearInterval(timer)
      sample()
      late.disable()
    },
  }
}

export const machineWords = (): string => `${cpus().length} × ${cpus()[0]?.model ?? '?'}, load ${loadavg()[0]?.toFixed(2)}`

const round = (value: number): number => Math.round(value * 100) / 100

function machineTicks(): { readonly busy: number; readonly all: number } | null {
  const times = cpus().map(({ times: of }) => of)
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  const idle = times.reduce((sum, of) => sum + of.idle, 0)
  return all > 0 ? { all, busy: all - idle } : null
}

/** CPU ticks and resident memory of a process as Linux tells them; null elsewhere, or when it has gone. */
function processFigures(pid: number): { readonly ticks: number; readonly rssMb: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { ticks: Number(fields[11]) + Number(fields[12]), rssMb: (Number(fields[21]) * 4_096) / 1e6 }
  } catch {
    return null
  }
}
