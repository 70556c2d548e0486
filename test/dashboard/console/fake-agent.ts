import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type {
  ActDone,
  ActRequest,
  BookletDraw,
  BookletDrawn,
  ConsoleBooklets,
  ConsoleLane,
  ConsolePerson,
  ConsoleSite,
  ConsoleSnapshot,
  ConsoleWeighing,
  DriverDisplay,
  ScaleCheckRequest,
  WeightTick,
} from '#edge/console'
import { pagesIn } from '../../../edge-agent/console/pages.ts'
import { nodeClock } from '../../../edge-agent/node-clock.ts'
import { aDrawn } from './booklet-builders.ts'

/**
 * An agent's console server of a few lines, for states that a real lane takes long to reach: real HTTP and a real stream in the words of
 * `#edge/console`, told what to say by the test. The real one is tried in test/journeys/console.test.ts.
 */
export interface FakeAgent {
  readonly url: string
  readonly acts: readonly ActRequest[]
  readonly checks: readonly ScaleCheckRequest[]
  snapshot: ConsoleSnapshot
  weighings: readonly ConsoleWeighing[]
  display: DriverDisplay | null
  /** Answers an act; without it, it is done. */
  answerAct: ((request: ActRequest) => ActDone | FakeRefusal) | null
  booklets: ConsoleBooklets
  readonly draws: readonly BookletDraw[]
  /** What was sent with each of them. */
  readonly drawKeys: readonly string[]
  /** Answers a draw; null: its answer is lost on the way. */
  answerDraw: (draw: BookletDraw) => BookletDrawn | FakeRefusal | null
  say(event: 'lane', data: ConsoleLane): void
  say(event: 'weight', data: WeightTick): void
  say(event: 'site', data: ConsoleSite): void
  say(event: 'display', data: DriverDisplay): void
  /** Says everything once a second, as an agent does, until `quiet`. */
  beat(): void
  quiet(): void
  /** Drops every stream and refuses new ones until `back`. */
  away(): void
  back(): void
  close(): Promise<void>
}

export interface FakeRefusal {
  readonly status: number
  readonly kind: string
  readonly title: string
}

/** Id and PIN of those who may sign in. */
export const PEOPLE: Readonly<Record<string, { readonly pin: string; readonly person: ConsolePerson }>> = {
  '1001': { pin: '246810', person: { id: '1001', name: '王师傅', role: 'operator' } },
  '9001': { pin: '135791', person: { id: '9001', name: '李班长', role: 'supervisor' } },
}
/** As the agent sends it. */
const CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** The screens as they are built, in a folder of the test's own. */
export async function buildConsole(folder: string): Promise<void> {
  const config = fileURLToPath(new URL('../../../dashboard/console.vite.config.ts', import.meta.url))
  await build({ configFile: config, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } })
}

export async function fakeAgent(folder: string, snapshot: ConsoleSnapshot): Promise<FakeAgent> {
  const pages = pagesIn(folder, nodeClock())
  const streams = new Set<ServerResponse>()
  const acts: ActRequest[] = []
  const checks: ScaleCheckRequest[] = []
  const draws: BookletDraw[] = []
  const drawKeys: string[] = []
  let gone = false
  let beating: NodeJS.Timeout | null = null
  const signedIn = new Map<string, ConsolePerson>()

  const personOf = (request: IncomingMessage): ConsolePerson | null =>
    signedIn.get(/who=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '') ?? null
  const json = (response: ServerResponse, body: unknown, status = 200, headers = {}): void => {
    const type = status < 400 ? 'application/json' : 'application/problem+json'
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body))
  }
  const refuse = (response: ServerResponse, status: number, kind: string, title: string): void =>
    json(response, { type: `https://pitgate.dev/problems/${kind}`, title, status }, status)
  const body = async <T>(request: IncomingMessage): Promise<T> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return JSON.parse(Buffer.concat(chunks).toString()) as T
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    response.setHeader('content-security-policy', CSP)
    if (!url.pathname.startsWith('/api/')) {
      const page = await pages.find(url.pathname)
      if (page === null || page === 'not-built') return void response.writeHead(404).end()
      return void response.writeHead(200, { 'content-type': page.type, 'cache-control': page.cache }).end(page.bytes)
    }
    if (gone) return void request.socket.destroy()
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /api/console':
        return json(response, { ...fake.snapshot, person: personOf(request) })
      case 'GET /api/console/stream':
      case 'GET /api/display/stream':
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        streams.add(response)
        response.on('close', () => streams.delete(response))
        if (fake.display !== null) fake.say('display', fake.display)
        return
      case 'POST /api/console/session': {
        const { id, secret } = await body<{ id: string; secret: string }>(request)
        const known = PEOPLE[id]
        if (known?.pin !== secret) return refuse(response, 401, 'wrong-secret', '工号或密码不对')
        signedIn.set(id, known.person)
        return json(response, known.person, 200, { 'set-cookie': `who=${id}; Path=/; HttpOnly; SameSite=Strict` })
      }
      case 'DELETE /api/console/session':
        return void response.writeHead(204, { 'set-cookie': 'who=; Path=/; Max-Age=0' }).end()
      case 'POST /api/console/acts': {
        const wanted = await body<ActRequest>(request)
        if (personOf(request) === null) return refuse(response, 401, 'not-signed-in', '请先登录')
        acts.push(wanted)
        const said = fake.answerAct?.(wanted) ?? { record: 'hongliu.a1.1-9f3a2b4c.412', phase: 'released' }
        return 'status' in said ? refuse(response, said.status, said.kind, said.title) : json(response, said)
      }
      case 'POST /api/console/scale-checks':
        checks.push(await body<ScaleCheckRequest>(request))
        return json(response, { record: 'hongliu.a1.1-9f3a2b4c.413', phase: 'idle' } satisfies ActDone)
      case 'GET /api/booklets':
        return json(response, fake.booklets)
      case 'POST /api/booklets/draw': {
        const wanted = await body<BookletDraw>(request)
        if (personOf(request) === null) return refuse(response, 401, 'not-signed-in', '请先登录')
        draws.push(wanted)
        drawKeys.push(String(request.headers['idempotency-key']))
        const said = fake.answerDraw(wanted)
        if (said === null) return void request.socket.destroy()
        return 'status' in said ? refuse(response, said.status, said.kind, said.title) : json(response, said)
      }
      case 'GET /api/console/weighings':
        return json(response, fake.weighings)
      case 'GET /api/display':
        return fake.display === null ? refuse(response, 404, 'not-found', '没有找到') : json(response, fake.display)
    }
    if (url.pathname.startsWith('/api/console/why/')) {
      const english = url.searchParams.get('language') === 'en'
      return json(response, { lines: english ? ['Verdict: open', 'Weight 48.62 t'] : ['结论：放行', '重量 48.62 吨'] })
    }
    if (url.pathname.startsWith('/api/console/photos/'))
      return void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(picture(url.pathname.at(-1) ?? '0'))
    refuse(response, 404, 'not-found', '没有找到')
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const say = (event: string, data: unknown): void => {
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const everything = (): void => {
    say('site', fake.snapshot.site)
    for (const lane of fake.snapshot.lanes) say('lane', lane)
    if (fake.display !== null) say('display', fake.display)
  }
  const fake: FakeAgent = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    acts,
    checks,
    snapshot,
    weighings: [],
    display: null,
    answerAct: null,
    booklets: { dark: false, darkSince: null, booklets: [] },
    draws,
    drawKeys,
    answerDraw: (draw) => aDrawn(draw),
    say,
    beat() {
      fake.quiet()
      everything()
      beating = setInterval(everything, 500)
    },
    quiet() {
      if (beating) clearInterval(beating)
      beating = null
    },
    away() {
      gone = true
      for (const stream of streams) stream.destroy()
    },
    back() {
      gone = false
    },
    async close() {
      fake.quiet()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return fake
}

/** A picture that a person can tell from the next one. */
const picture = (mark: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 100"><rect width="160" height="100" fill="#6b7782"/><rect x="40" y="30" width="90" height="45" fill="#39424b"/><rect x="60" y="62" width="50" height="12" fill="#f2bd1d"/><text x="8" y="18" fill="#fff" font-size="14">${mark}</text></svg>`
