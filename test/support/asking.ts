import type { AlarmRow, Site, WeighingRow } from '#cloud/api'
import { eventually } from './eventually.ts'
import type { House } from './house.ts'
import type { Person } from './people.ts'

/** What journeys ask again and again: of the cloud as some person, and of the agent. */
export const weighingsOf = async (person: Person, plate: string): Promise<WeighingRow[]> =>
  (await person.get<{ items: WeighingRow[] }>('/api/weighings?limit=200')).items.filter((row) => row.plate === plate)
export const alarms = async (person: Person, kind: string): Promise<AlarmRow[]> =>
  (await person.get<{ items: AlarmRow[] }>('/api/alarms?limit=200')).items.filter((row) => row.kind === kind)
export const agentOf = async (person: Person): Promise<NonNullable<Site['agent']>> => {
  const { items } = await person.get<{ items: Site[] }>('/api/sites')
  return items.find(({ site }) => site === 'hongliu')?.agent ?? Promise.reject(new Error('hongliu has no agent'))
}
/** Everything this site ever wrote is in the cloud, by the agent's own head. */
export const delivered = (house: House): Promise<true> =>
  eventually(
    async () => {
      const { store, link } = await house.agentHealth()
      return store.seq > 0 && link.state === 'connected' && link.backlog.records === 0 ? true : null
    },
    { within: 60_000 },
  )
/** A visit takes as long as its truck: longer on a busy machine. */
export const LONG = { timeout: 180_000 }
