import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Static, TSchema } from 'typebox'
import { type Mistake, mistakeFinder } from '#edge/mistakes'
import { bodyReader } from '../devices/http-body.ts'
import type { ConsoleCaller } from './callers.ts'
import { languageOf, type ProblemKind, problem, type Refused, sendProblem } from './problems.ts'

/** One request on its way to its answer. */
export interface Asked {
  readonly caller: ConsoleCaller
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The last part of the path, where the route takes one. */
  readonly rest: string
}

/** What a body must look like. */
export interface BodyOf<S extends TSchema> {
  readonly schema: S
  readonly mistakes: (value: unknown) => readonly Mistake[]
}
export const bodyOf = <S extends TSchema>(schema: S): BodyOf<S> => ({ schema, mistakes: mistakeFinder(schema) })

const MOST_BYTES = 8_192
/** As much as all connections together may send: nobody's slow bodies shut out another's. */
const MOST_HELD = 128 * MOST_BYTES

/** Reads bodies of JSON. Null where it is not what it should be: the problem has been answered then. */
export function jsonReader(): <S extends TSchema>(asked: Asked, of: BodyOf<S>) => Promise<Static<S> | null> {
  const read = bodyReader(MOST_BYTES, MOST_HELD)
  return async <S extends TSchema>(asked: Asked, of: BodyOf<S>) => {
    const no = (kind: ProblemKind, mistakes: readonly Mistake[] = []): null => {
      refuse(asked, problem(kind, mistakes))
      return null
    }
    if (!/^application\/json\s*(;|$)/i.test(asked.request.headers['content-type'] ?? '')) return no('json-only')
    const body = await read(asked.request)
    if (!body.ok) return no(body.why === 'too-long' ? 'too-large' : 'not-readable')
    const value = jsonIn(body.bytes)
    if (value === undefined) return no('not-readable')
    const mistakes = of.mistakes(value)
    return mistakes.length === 0 ? (value as Static<S>) : no('mistakes', mistakes)
  }
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

export const refuse = ({ request, response }: Pick<Asked, 'request' | 'response'>, refused: Refused): void =>
  sendProblem(response, refused, languageOf(request.headers['accept-language']))

export function sendJson(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value)
  response
    .writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(body)
}
