import { onScopeDispose, type ShallowRef, shallowRef } from 'vue'
import { type Instant, milliseconds } from '#edge/units'
import { useDesk } from './desk.ts'

/** The cloud's time, twice a second: fine enough for ages, coarse enough for a page that stays open for weeks. */
export function useNow(): Readonly<ShallowRef<Instant>> {
  const { clock, time } = useDesk()
  const now = shallowRef(time.now())
  const tick = (): (() => void) =>
    clock.timer(milliseconds(500), () => {
      now.value = time.now()
      cancel = tick()
    })
  let cancel = tick()
  onScopeDispose(() => cancel())
  return now
}
