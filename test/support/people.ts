import type { TicketDetail } from '#cloud/api'
import type { FleetTruck } from '../../simulators/fleet.ts'

/** Whoever asks the cloud of a house something: a person who signed in, or a firm's program with its API key. */
export interface Asker {
  /** The body of a good answer; throws the path and what was answered instead. */
  get<T>(path: string): Promise<T>
  /** Any answer as it came. */
  read(path: string): Promise<Response>
  post(path: string, body?: object): Promise<{ readonly status: number; readonly body: unknown }>
}
export interface Person extends Asker {
  readonly cookie: string
}

export async function signIn(url: string, name: string, password: string): Promise<Person> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, password }),
  })
  if (!answer.ok) throw new Error(`${name} cannot sign in: ${answer.status} ${await answer.text()}`)
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  return { cookie, ...asker(url, { cookie, origin: url }) }
}

/** A carrier's program: no session, no cookie, its key with every request. */
export const withKey = (url: string, key: string): Asker => asker(url, { authorization: `Bearer ${key}` })

function asker(url: string, headers: Readonly<Record<string, string>>): Asker {
  const read = (path: string): Promise<Response> => fetch(`${url}${path}`, { headers })
  return {
    read,
    async get<T>(path: string): Promise<T> {
      const said = await read(path)
      if (!said.ok) throw new Error(`${path}: ${said.status} ${await said.text()}`)
      return (await said.json()) as T
    },
    async post(path, body = {}) {
      const said = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const text = await said.text()
      return { status: said.status, body: text ? JSON.parse(text) : null }
    },
  }
}

/** Requests a ticket for a truck that goes to the demo's mine, as its carrier's program would. */
export async function requestTicket(by: Asker, truck: FleetTruck, plannedNetKg: number): Promise<TicketDetail> {
  const { status, body } = await by.post('/api/tickets', {
    site: 'hongliu',
    carrier: truck.carrier,
    consignee: '锦界电厂(示例)',
    plate: truck.plate,
    trailer: truck.trailer,
    product: { coalClass: 'BN', category: 'FINE' },
    plannedNetKg,
    validHours: 24,
  })
  if (status !== 201) throw new Error(`no ticket for ${truck.plate}: ${status} ${JSON.stringify(body)}`)
  return body as TicketDetail
}
