import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import { milliseconds } from '#edge/units'
import { useDesk } from '../feed/desk.ts'

/** What was typed, once the typing has paused: a search should not ask the cloud for every letter. */
export function useSettled(source: () => string): Readonly<ShallowRef<string>> {
  const { clock } = useDesk()
  const settled = shallowRef(source())
  let cancel = (): void => {}
  watch(source, (value) => {
    cancel()
    cancel = clock.timer(milliseconds(300), () => {
      settled.value = value
    })
  })
  onScopeDispose(() => cancel())
  return settled
}
