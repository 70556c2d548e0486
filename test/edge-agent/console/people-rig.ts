import { hash } from '@node-rs/argon2'
import type { Operator } from '#edge/orders'
import type { Store } from '../../../edge-agent/store/store.ts'
import type { LaneWorld } from '../lane-rig.ts'
import type { anOrderStream } from '../store/store-rig.ts'

/** Real argon2id, as cheap as it may be: what is tested here is who gets in, not how long that takes. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 } as const
const made = new Map<string, Promise<string>>()
export function credentialOf(secret: string): Promise<string> {
  const known = made.get(secret) ?? hash(secret, CHEAP)
  made.set(secret, known)
  return known
}

export const PINS = { zhang: '246801', li: '135790', wang: '864213' } as const
export const COOKIE_NAME = 'pitgate-console'

export const anOperator = async (id: keyof typeof PINS, differs: Partial<Operator> = {}): Promise<Operator> => ({
  id,
  name: { zhang: '张司磅', li: '李司磅', wang: '王班长' }[id],
  role: id === 'wang' ? 'supervisor' : 'operator',
  credential: await credentialOf(PINS[id]),
  revoked: false,
  ...differs,
})

/** Two operators and a supervisor, as the cloud's orders bring them. */
export async function orderPeople(stream: ReturnType<typeof anOrderStream>, store: Store): Promise<void> {
  const people = [await anOperator('zhang'), await anOperator('li'), await anOperator('wang')]
  store.orders.apply(stream.batch(...people.map((body) => ({ kind: 'operator' as const, body }))))
}

/** What is ordered about one of them now. */
export const orderOperator = ({ orders }: Pick<LaneWorld, 'orders'>, store: Store, body: Operator): unknown =>
  store.orders.apply(orders.batch({ kind: 'operator', body }))
