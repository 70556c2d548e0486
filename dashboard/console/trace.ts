/** The newest weights of a lane for its curve: oldest first, `[milliseconds of the agent's clock, kilograms, at rest]`. */
export type TracePoint = readonly [at: number, kg: number, stable: boolean]
export type Trace = readonly TracePoint[]

/** Of the agent's own time, so that a demo that runs faster draws twenty of its seconds. */
export const TRACE_MS = 20_000
/** 20 Hz for 20 s and a little; a faster indicator loses its oldest readings first. */
export const TRACE_POINTS = 480

/** The trace with one more reading. A reading older than the newest means a clock that stepped: the trace begins anew. */
export function traced(trace: Trace, point: TracePoint): Trace {
  const newest = trace.at(-1)
  if (newest !== undefined && point[0] < newest[0]) return [point]
  if (newest !== undefined && point[0] === newest[0]) return [...trace.slice(0, -1), point]
  const from = point[0] - TRACE_MS
  const kept = trace.findIndex(([at]) => at >= from)
  const fresh = kept < 0 ? [] : trace.slice(Math.max(kept, trace.length - TRACE_POINTS + 1))
  return [...fresh, point]
}

/** What a status brought along: `[milliseconds before its moment, kilograms]`. */
export const traceOf = (at: number, points: readonly (readonly [number, number])[], stable: boolean): Trace =>
  points.map(([ago, kg]) => [at - ago, kg, stable] as const).sort((a, b) => a[0] - b[0])

/** A level above the highest point, so that the curve does not jump with every kilogram. */
export function traceTop(trace: Trace, maxKg: number): number {
  const highest = trace.reduce((top, [, kg]) => Math.max(top, kg), 0)
  return [1_000, 5_000, 10_000, 20_000, 30_000, 60_000, 90_000].find((step) => highest <= step * 0.92) ?? Math.max(maxKg, highest * 1.05)
}
