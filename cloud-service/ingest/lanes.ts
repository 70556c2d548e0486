/**
 * Work in lanes: what comes from one agent is done in the order it came, one piece at a time; different agents go side by side, a few
 * at once. Whoever brings more than fits waits (`room`), and so does the broker behind him.
 */
export interface WorkLanes<T> {
  push(lane: string, item: T, bytes: number): void
  /** Resolves when there is room again. */
  room(): Promise<void>
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>
}

interface LaneParts<T> {
  readonly sideBySide: number
  readonly roomForBytes: number
  /** How many of the waiting items are taken together, at least one. */
  readonly take: (waiting: readonly T[]) => number
  /** Must not reject. */
  readonly work: (lane: string, items: readonly T[]) => Promise<void>
}

export function createLanes<T>({ sideBySide, roomForBytes, take, work }: LaneParts<T>): WorkLanes<T> {
  const waiting = new Map<string, { item: T; bytes: number }[]>()
  const ready: string[] = []
  const running = new Set<string>()
  let held = 0
  let calls: (() => void)[] = []

  const tell = (): void => {
    const told = calls
    calls = []
    for (const call of told) call()
  }
  const next = (): void => {
    while (running.size < sideBySide) {
      const lane = ready.shift()
      if (lane === undefined) return
      void run(lane)
    }
  }
  const run = async (lane: string): Promise<void> => {
    running.add(lane)
    const queue = waiting.get(lane) ?? []
    const items = queue.splice(0, Math.max(1, take(queue.map(({ item }) => item))))
    await work(
      lane,
      items.map(({ item }) => item),
    )
    for (const { bytes } of items) held -= bytes
    running.delete(lane)
    // To the back of the line: a long backlog of one agent does not starve the others.
    if (queue.length > 0) ready.push(lane)
    else waiting.delete(lane)
    tell()
    next()
  }
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise<void>((then) => calls.push(then))
  }
  return {
    push(lane, item, bytes) {
      const queue = waiting.get(lane)
      held += bytes
      if (queue === undefined) {
        waiting.set(lane, [{ item, bytes }])
        ready.push(lane)
      } else queue.push({ item, bytes })
      next()
    },
    room: () => until(() => held < roomForBytes),
    idle: () => until(() => waiting.size === 0),
  }
}
