import { slopeOf } from '../../support/slope.ts'
import type { Sample } from './samples.ts'

/** What a long run shows of a process: whether anything in it grows that should not (T17). */
export interface Steady {
  readonly minutes: number
  readonly samples: number
  /** Of the heap after everything was collected, after the warm-up, with its 95 % interval. */
  readonly heapMBPerHour: { readonly slope: number; readonly least: number; readonly most: number }
  readonly heapMB: number
  readonly rssMB: number
  /** Most open files and sockets at once in the first and in the last quarter after the warm-up; null where the system does not say. */
  readonly files: { readonly first: number; readonly last: number } | null
  readonly mostWalMB: number
  /** Findings in words; empty when all is steady, or when the run was too short to tell. */
  readonly growing: readonly string[]
}

/** Caches fill, code is compiled, the first files are written: the first quarter says nothing. */
const WARM_UP = 0.25
const HEAP_MB_PER_HOUR = 0.5
const WAL_MB = 64
/** A connection that is just being made anew, and the one it replaces. */
const FILES_TO_AND_FRO = 4
const ENOUGH = 24
const MB = 1024 * 1024

const UNKNOWN: Steady['heapMBPerHour'] = { slope: 0, least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }
function heapLine(samples: readonly Sample[]): Steady['heapMBPerHour'] {
  const { slope, low, high } = slopeOf(samples.map(({ seconds, heapBytes }) => [seconds / 3_600, heapBytes / MB]))
  return { slope, least: low, most: high }
}

/** `samples` in the order in which they were taken. */
export function judgeSteady(samples: readonly Sample[]): Steady {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP))
  const line = warm.length < 3 ? UNKNOWN : heapLine(warm)
  const quarter = Math.max(1, Math.floor(warm.length / 4))
  const most = (of: readonly Sample[]): number => Math.max(0, ...of.map(({ files }) => files ?? 0))
  const files = warm.some((one) => one.files === null) ? null : { first: most(warm.slice(0, quarter)), last: most(warm.slice(-quarter)) }
  const mostWalMB = Math.max(0, ...samples.map(({ walBytes }) => walBytes)) / MB
  const [begin, end] = [samples[0]?.seconds ?? 0, samples.at(-1)?.seconds ?? 0]
  const told = warm.length >= ENOUGH
  return {
    minutes: (end - begin) / 60,
    samples: samples.length,
    heapMBPerHour: line,
    heapMB: (samples.at(-1)?.heapBytes ?? 0) / MB,
    rssMB: (samples.at(-1)?.rssBytes ?? 0) / MB,
    files,
    mostWalMB,
    growing: [
      ...(told && line.least > HEAP_MB_PER_HOUR ? [`the heap grows by ${line.least.toFixed(2)} MB an hour at least`] : []),
      ...(told && files !== null && files.last > files.first + FILES_TO_AND_FRO
        ? [`open files grew from ${files.first} to ${files.last}`]
        : []),
      ...(mostWalMB > WAL_MB ? [`the write-ahead log grew to ${mostWalMB.toFixed(0)} MB`] : []),
    ],
  }
}

/** The figures as a line of the report. */
export function steadyText({ minutes, samples, heapMBPerHour: { slope, least, most }, heapMB, rssMB, files, mostWalMB }: Steady): string {
  const open = files === null ? '' : `, 打开文件 / open files ${files.first} → ${files.last}`
  return (
    `持续运行 / steady (T17): ${minutes.toFixed(1)} min, ${samples} 次取样 / samples, 堆 / heap ${heapMB.toFixed(1)} MB, ` +
    `斜率 / slope ${slope.toFixed(2)} MB/h (95 %: ${least.toFixed(2)} … ${most.toFixed(2)}), RSS ${rssMB.toFixed(0)} MB${open}, WAL ≤ ${mostWalMB.toFixed(1)} MB`
  )
}
