import { type ComputedRef, computed, type MaybeRefOrGetter, onScopeDispose, type ShallowRef, shallowRef, toValue, watch } from 'vue'
import type { Problem } from '#cloud/api'
import { useDesk } from './desk.ts'
import type { Query } from './http.ts'

interface PagesParts<T> {
  readonly path: string
  readonly query: MaybeRefOrGetter<Query>
  readonly idOf: (row: T) => string
  /** The moment the list is ordered by, as ISO text: a row heard live is new only if it is newer than the first one listed. */
  readonly orderedBy: (row: T) => string
  /** Rows heard live: those already listed change in place, the others are only counted. */
  readonly heard: () => ReadonlyMap<string, T>
  /** Whether a heard row would belong to this list as it is filtered now. */
  readonly fits: (row: T) => boolean
}
export interface Pages<T> {
  readonly rows: ComputedRef<readonly T[]>
  /** How many rows were heard that belong above the first one. */
  readonly waiting: ComputedRef<number>
  readonly state: Readonly<ShallowRef<'reading' | 'ready' | 'failed'>>
  readonly problem: Readonly<ShallowRef<Problem | null>>
  readonly more: ComputedRef<boolean>
  read(): Promise<void>
  readMore(): Promise<void>
}

/** A list read by cursor, newest first. It never moves by itself: what came since is a number on a button. */
export function usePages<T>(parts: PagesParts<T>): Pages<T> {
  const { http, live } = useDesk()
  const read = shallowRef<readonly T[]>([])
  const next = shallowRef<string | null>(null)
  const state = shallowRef<'reading' | 'ready' | 'failed'>('reading')
  const problem = shallowRef<Problem | null>(null)
  let asked = 0

  const ask = async (cursor: string | null): Promise<void> => {
    asked += 1
    const mine = asked
    if (cursor === null) state.value = 'reading'
    const answer = await http.get<{ items: readonly T[]; next: string | null }>(parts.path, { ...toValue(parts.query), cursor, limit: 50 })
    if (mine !== asked) return
    if (!answer.ok) {
      problem.value = answer.problem
      state.value = 'failed'
      return
    }
    problem.value = null
    state.value = 'ready'
    read.value = cursor === null ? answer.body.items : [...read.value, ...answer.body.items]
    next.value = answer.body.next
  }
  watch(
    () => JSON.stringify(toValue(parts.query)),
    () => {
      read.value = []
      void ask(null)
    },
    { immediate: true },
  )
  // After a reconnect something may have been missed: read again what is shown.
  watch(
    () => live.value.reads,
    (reads) => {
      if (reads > 1 && next.value === null) void ask(null)
    },
  )
  onScopeDispose(() => {
    asked += 1
  })

  return {
    rows: computed(() => read.value.map((row) => parts.heard().get(parts.idOf(row)) ?? row)),
    waiting: computed(() => {
      const first = read.value[0]
      const newest = first ? parts.orderedBy(first) : ''
      return [...parts.heard().values()].filter((row) => parts.orderedBy(row) > newest && parts.fits(row)).length
    }),
    state,
    problem,
    more: computed(() => next.value !== null),
    read: () => ask(null),
    readMore: () => ask(next.value),
  }
}
