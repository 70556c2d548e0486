import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#edge/clock'
import {
  type ActDone,
  ActRequestSchema,
  BookletDrawSchema,
  type ConsolePerson,
  ConsoleSignInSchema,
  type ConsoleSite,
  type ConsoleSnapshot,
  type ConsoleWhy,
  type ScaleCheckRequest,
  ScaleCheckRequestSchema,
} from '#edge/console'
import { HASH } from '#edge/ids'
import type { Language } from '#edge/words/words'
import type { BookletDesk, DrawAnswer } from '../booklets.ts'
import type { Store } from '../store/store.ts'
import type { ActAnswer } from './acts.ts'
import type { ConsoleCaller } from './callers.ts'
import { drawRefused } from './draw-refused.ts'
import { displaySight, driverDisplay } from './driver-display.ts'
import { type Asked, bodyOf, jsonReader, refuse, sendJson } from './exchange.ts'
import { onceOnly } from './once.ts'
import type { PeopleDoor } from './people-door.ts'
import { problem, type Refused } from './problems.ts'
import type { RecentWeighings } from './recent-weighings.ts'
import type { SignInFrom } from './sign-in.ts'
import type { ConsoleStream } from './stream.ts'
import { consoleLane, type ShownLane } from './view.ts'

/** What the console's HTTP API asks of the agent around it. */
export interface RouteParts {
  readonly clock: Clock
  readonly lanes: readonly ShownLane[]
  /** With it in its address a display elsewhere shows one-time codes; null: none does. */
  readonly displayKey: string | null
  readonly site: () => ConsoleSite
  readonly people: PeopleDoor
  readonly stream: ConsoleStream
  readonly weighings: RecentWeighings
  readonly book: Pick<Store['book'], 'get'>
  readonly photo: (hash: string) => Uint8Array | null
  /** Null where there is no such record. */
  readonly why: (id: string, language: Language) => Promise<readonly string[] | null>
  readonly scaleCheck: (request: ScaleCheckRequest, person: ConsolePerson) => ScaleCheckAnswer
  /** Null while the store refuses to be read. */
  readonly booklets: () => BookletDesk | null
}
export type ScaleCheckAnswer = { readonly ok: true; readonly done: ActDone } | { readonly ok: false; readonly refusal: Refused }

/** `everybody`: the driver's display, and signing in. Else one must sit at this computer or be signed in. */
interface Route {
  readonly for: 'everybody' | 'readers'
  answer(asked: Asked): Promise<void> | void
}

const placeOf = ({ here, from }: ConsoleCaller): SignInFrom => ({ place: here ? 'here' : 'network', address: from })
/** Under which an answer is given once: a question asked twice under it is one question. */
function keyOf({ request }: Asked): string | undefined {
  const key = request.headers['idempotency-key']
  return typeof key === 'string' ? key : undefined
}
const WEIGHINGS = 20
const MOST_WEIGHINGS = 100

/** The answers to `/api/…`, as `contract/console.ts` has them. */
export function consoleRoutes(
  parts: RouteParts,
): (caller: ConsoleCaller, request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { lanes, people, stream, weighings } = parts
  const read = jsonReader()
  const once = onceOnly<ActAnswer>(parts.clock)
  const drawnOnce = onceOnly<DrawAnswer>(parts.clock)
  const snapshot = (cookies: string | undefined): ConsoleSnapshot => ({
    site: parts.site(),
    lanes: lanes.map((lane) => consoleLane(lane, parts.book)),
    person: people.personOf(cookies),
    secondPerson: [...people.secondPersonActs()],
  })
  const laneCalled = ({ query }: ConsoleCaller): ShownLane | undefined => lanes.find(({ lane }) => lane.rules.lane === query.get('lane'))

  const done = (asked: Asked, answer: ScaleCheckAnswer): void =>
    answer.ok ? sendJson(asked.response, answer.done) : refuse(asked, answer.refusal)

  const routes: Readonly<Record<string, Route>> = {
    'GET /api/console': { for: 'readers', answer: ({ request, response }) => sendJson(response, snapshot(request.headers.cookie)) },
    'GET /api/console/stream': {
      for: 'readers',
      answer: (asked) => {
        const { caller, request, response } = asked
        const mayStay = (): boolean => caller.here || people.personOf(request.headers.cookie) !== null
        if (!stream.console(response, caller.from, mayStay)) refuse(asked, problem('too-many'))
      },
    },
    'POST /api/console/session': {
      for: 'everybody',
      async answer(asked) {
        const who = await read(asked, SIGN_IN)
        if (who === null) return
        const answer = await people.signIn(who, placeOf(asked.caller))
        if (!answer.ok) return refuse(asked, answer.refusal)
        // Whoever was signed in at this screen before is so no longer.
        people.signOut(asked.request.headers.cookie)
        asked.response.setHeader('set-cookie', answer.setCookie)
        sendJson(asked.response, answer.person)
      },
    },
    'DELETE /api/console/session': {
      for: 'everybody',
      answer: ({ request, response }) => void response.writeHead(204, { 'set-cookie': people.signOut(request.headers.cookie) }).end(),
    },
    'POST /api/console/acts': {
      for: 'everybody',
      async answer(asked) {
        const { cookie } = asked.request.headers
        const person = people.personOf(cookie)
        if (person === null) return refuse(asked, problem('not-signed-in'))
        const wanted = await read(asked, ACT)
        if (wanted === null) return
        const act = (): Promise<ActAnswer> => people.act(cookie, wanted, placeOf(asked.caller))
        const answer = await once.run(person.id, keyOf(asked), wanted, act)
        if (answer === 'other') refuse(asked, problem('other-request'))
        else done(asked, answer)
      },
    },
    'POST /api/console/scale-checks': {
      for: 'everybody',
      async answer(asked) {
        const wanted = await read(asked, SCALE_CHECK)
        if (wanted === null) return
        const person = people.actingPerson(asked.request.headers.cookie)
        if (person === null) refuse(asked, problem('not-signed-in'))
        else done(asked, parts.scaleCheck(wanted, person))
      },
    },
    'GET /api/booklets': {
      for: 'readers',
      answer: (asked) => {
        const desk = parts.booklets()
        if (desk === null) refuse(asked, problem('store-broken'))
        else sendJson(asked.response, desk.listing())
      },
    },
    'POST /api/booklets/draw': {
      for: 'everybody',
      async answer(asked) {
        const wanted = await read(asked, DRAW)
        if (wanted === null) return
        const person = people.actingPerson(asked.request.headers.cookie)
        if (person === null) return refuse(asked, problem('not-signed-in'))
        const desk = parts.booklets()
        if (desk === null) return refuse(asked, problem('store-broken'))
        const draw = async (): Promise<DrawAnswer> => desk.draw(wanted, person.id)
        const answer = await drawnOnce.run(person.id, keyOf(asked), wanted, draw)
        if (answer === 'other') refuse(asked, problem('other-request'))
        else if (answer.ok) sendJson(asked.response, answer.drawn)
        else refuse(asked, drawRefused(answer))
      },
    },
    'GET /api/console/weighings': {
      for: 'readers',
      answer: ({ caller: { query }, response }) => {
        const limit = Number(query.get('limit') ?? WEIGHINGS)
        const asMany = Number.isInteger(limit) && limit >= 1 ? Math.min(limit, MOST_WEIGHINGS) : WEIGHINGS
        sendJson(response, weighings.list(query.get('lane'), asMany))
      },
    },
    'GET /api/console/why/': {
      for: 'readers',
      async answer(asked) {
        const { caller, rest, response } = asked
        const lines = await parts.why(rest, caller.query.get('language') === 'en' ? 'en' : 'zh')
        if (lines === null) refuse(asked, problem('not-found'))
        else sendJson(response, { lines: [...lines] } satisfies ConsoleWhy)
      },
    },
    'GET /api/console/photos/': {
      for: 'readers',
      answer: (asked) => {
        const bytes = PHOTO.test(asked.rest) ? parts.photo(asked.rest) : null
        if (bytes === null) return refuse(asked, problem('not-found'))
        // Named by its hash, it never changes; a browser keeps it to itself.
        asked.response
          .writeHead(200, {
            'content-type': 'image/jpeg',
            'content-length': bytes.length,
            'cache-control': 'private, max-age=86400, immutable',
          })
          .end(bytes)
      },
    },
    'GET /api/display': {
      for: 'everybody',
      answer: (asked) => {
        const lane = laneCalled(asked.caller)
        if (lane === undefined) refuse(asked, problem('not-found'))
        else sendJson(asked.response, driverDisplay(lane, displaySight(asked.caller, parts.displayKey)))
      },
    },
    'GET /api/display/stream': {
      for: 'everybody',
      answer: (asked) => {
        const { caller, response } = asked
        const lane = laneCalled(caller)?.lane.rules.lane
        if (lane === undefined) refuse(asked, problem('not-found'))
        else if (!stream.display(lane, response, caller.from, displaySight(caller, parts.displayKey))) refuse(asked, problem('too-many'))
      },
    },
  }

  return async (caller, request, response) => {
    const method = caller.method === 'HEAD' ? 'GET' : caller.method
    const { route, rest } = routeFor(routes, method, caller.path)
    const asked: Asked = { caller, request, response, rest }
    if (route === null) {
      const known = ['GET', 'POST', 'DELETE'].some((other) => routeFor(routes, other, caller.path).route !== null)
      return refuse(asked, problem(known ? 'not-this-method' : 'not-found'))
    }
    if (route.for === 'readers' && !caller.here && people.personOf(request.headers.cookie) === null)
      return refuse(asked, problem('not-signed-in'))
    await route.answer(asked)
  }
}

/** A route whose path ends in a slash takes one more part. */
function routeFor(
  routes: Readonly<Record<string, Route>>,
  method: string,
  path: string,
): { readonly route: Route | null; readonly rest: string } {
  const exact = `${method} ${path}`
  if (Object.hasOwn(routes, exact) && !exact.endsWith('/')) return { route: routes[exact] ?? null, rest: '' }
  const slash = exact.lastIndexOf('/') + 1
  const [before, rest] = [exact.slice(0, slash), exact.slice(slash)]
  const route = rest !== '' && Object.hasOwn(routes, before) ? (routes[before] ?? null) : null
  return { route, rest: decoded(rest) }
}
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

const SIGN_IN = bodyOf(ConsoleSignInSchema)
const ACT = bodyOf(ActRequestSchema)
const SCALE_CHECK = bodyOf(ScaleCheckRequestSchema)
const DRAW = bodyOf(BookletDrawSchema)
const PHOTO = new RegExp(HASH)
