import type { LoopDelay } from '../../edge-agent/loop-delay.ts'

/** A process that is never late, however busy the computer a test runs on: no alarm of its own comes between the test's. */
export const quietLoop: LoopDelay = { start: () => {}, stop: () => {}, lastMinute: () => ({ p99Ms: 0, longestMs: 0 }) }
