import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import type { Problem } from '#cloud/api'
import type { ConsoleBooklets } from '#edge/console'
import { seconds } from '#edge/units'
import { inOrder } from './booklet-left.ts'
import { useConsoleDesk } from './console-desk.ts'

const READ_EVERY = seconds(5)

/** The booklets of this site, read again now and then and when the network comes or goes. */
export function useBooklets(): {
  readonly known: Readonly<ShallowRef<ConsoleBooklets | null>>
  /** Why the newest reading failed: what is known is of before. */
  readonly problem: Readonly<ShallowRef<Problem | null>>
  read(): Promise<void>
} {
  const { http, clock, feed } = useConsoleDesk()
  const known = shallowRef<ConsoleBooklets | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let cancel = (): void => {}
  let gone = false
  let reading = 0

  async function read(): Promise<void> {
    reading += 1
    const mine = reading
    cancel()
    const answer = await http.get<ConsoleBooklets>('/api/booklets')
    if (gone || mine !== reading) return
    problem.value = answer.ok ? null : answer.problem
    if (answer.ok) known.value = { ...answer.body, booklets: [...inOrder(answer.body.booklets)] }
    cancel = clock.timer(READ_EVERY, () => void read())
  }
  watch(
    () => feed.shown.value.site?.link.connected,
    () => void read(),
    { immediate: true },
  )
  onScopeDispose(() => {
    gone = true
    cancel()
  })
  return { known, problem, read }
}
