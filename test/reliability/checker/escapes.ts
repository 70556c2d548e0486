import { type History, seenIn } from './history.ts'

/** Truth of the plant against rows: acknowledged escapes exactly once, those of unknown outcome at most once, and none that never was. */
export function compareEscapes(rows: readonly string[], history: History, where: string): string[] {
  const counted = countBy(rows)
  const told = new Map<string, string>()
  const safe = new Set<string>()
  for (const seen of seenIn(history)) {
    if (seen.event === 'invoked' && seen.escape !== undefined) told.set(seen.op, seen.escape)
    const done = seen.event === 'acknowledged' ? told.get(seen.op) : undefined
    if (done !== undefined) safe.add(done)
  }
  const ever = new Set(told.values())
  return [
    ...[...safe].flatMap((one) => (counted.has(one) ? [] : [`escape ${one} has no alarm ${where}`])),
    ...[...counted].flatMap(([one, times]) => [
      ...(times > 1 ? [`escape ${one} has ${times} alarms ${where}`] : []),
      ...(ever.has(one) ? [] : [`an alarm ${where} tells of escape ${one}, which never was`]),
    ]),
  ]
}

export function countBy(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
