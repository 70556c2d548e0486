/** What two ledgers have of the same records: names (a number, or any text) of those that are not on both sides with one hash. */
export interface Compared<N> {
  readonly same: number
  readonly onlyEdge: N[]
  readonly onlyCloud: N[]
  readonly differ: N[]
}

/** Compares what both sides hold, name → hash; each name falls into exactly one heap (invariant I2: edge set = cloud set, hash for hash). */
export function compareHashes<N>(edge: ReadonlyMap<N, string>, cloud: ReadonlyMap<N, string>): Compared<N> {
  let same = 0
  const onlyEdge: N[] = []
  const differ: N[] = []
  for (const [name, hash] of edge) {
    const theirs = cloud.get(name)
    if (theirs === hash) same += 1
    else (theirs === undefined ? onlyEdge : differ).push(name)
  }
  return { same, onlyEdge, differ, onlyCloud: [...cloud.keys()].filter((name) => !edge.has(name)) }
}
