import type { IncomingMessage } from 'node:http'
import type { CameraReply, Envelope } from '#dialects/camera/sighting'
import { addressOf } from './places.ts'
import type { Caller, SignIn } from './sign-in.ts'

/** One camera's place at the listener. Several may share a path; then `take` tells whose a message is. */
export interface Door {
  /** `/cameras/north-front`: this path and everything below it. */
  readonly path: string
  /** The only address that may speak here, or null for any. */
  readonly from: string | null
  readonly signIn: SignIn
  /** Some makers' cameras also ask (GA/T 1400 for the time); at other doors a GET is a person with a browser. */
  readonly answersGet: boolean
  /** It knows its camera by a number; one that does not gets what no other door takes. */
  readonly particular: boolean
  /** The answer to a whole message; `not-mine` when nothing in it is for this camera. `alone`: no other door has this path. Never throws. */
  take(envelope: Envelope, alone: boolean): DoorReply | 'not-mine'
  /** What came for this camera and could not be taken whole. */
  onSpoiled(why: Spoiled): void
}
export type DoorReply = CameraReply | 'plain'
export type Spoiled = 'cut-off' | 'too-long' | 'wrong-sign-in' | 'compressed'

/** The doors of the longest path that fits. */
export function doorsAt(doors: Iterable<Door>, { path, from }: Caller): readonly Door[] {
  const fitting = [...doors].filter((door) => (path === door.path || path.startsWith(`${door.path}/`)) && (door.from ?? from) === from)
  const longest = Math.max(...fitting.map((door) => door.path.length))
  return fitting.filter((door) => door.path.length === longest)
}

export interface Signing {
  /** The doors that let the caller in. */
  readonly passed: readonly Door[]
  /** Those to which something wrong was shown. */
  readonly wrong: readonly Door[]
  /** What to answer where none lets it in. One is enough: cheap firmware answers the first it finds, or none of several. */
  readonly challenge: string | null
}

export function signingAt(doors: readonly Door[], caller: Caller): Signing {
  const judged = doors.map((door) => ({ door, judgement: door.signIn.judge({ ...caller, rest: caller.path.slice(door.path.length) }) }))
  const challenges = judged.flatMap(({ judgement }) => (judgement.passes || judgement.challenge === null ? [] : [judgement.challenge]))
  return {
    passed: judged.filter(({ judgement }) => judgement.passes).map(({ door }) => door),
    wrong: judged.filter(({ judgement }) => !judgement.passes && judgement.wrong).map(({ door }) => door),
    challenge: challenges[0] ?? null,
  }
}

/** One body may hold vehicles of several cameras: each door takes its own, and the first answer is the one that is given. */
export function takenBy(doors: readonly Door[], envelope: Envelope): DoorReply | null {
  let reply: DoorReply | null = null
  for (const door of [...doors].sort((a, b) => Number(b.particular) - Number(a.particular))) {
    if (reply !== null && !door.particular) continue
    const said = door.take(envelope, doors.length === 1)
    if (said !== 'not-mine') reply ??= said
  }
  return reply
}

export function callerOf(request: IncomingMessage): Caller {
  const url = request.url ?? '/'
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
  const path = url.split('?')[0] ?? ''
  return { method: request.method ?? '', url, path, rest: '', from: addressOf(request.socket), headers }
}
