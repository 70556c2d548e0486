import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '#cloud/api'
import type { Finding } from '#edge/findings'
import type { Mistake } from '#edge/mistakes'
import { isImpossibleValue } from './errors.ts'
import type { Log } from './log.ts'

/**
 * Every way a request can be refused, with its stable name and its sentence (RFC 9457). Programs look at `type`, people read the
 * sentence in the language they ask for. What a name means never changes; a new meaning is a new name.
 */
const PROBLEMS = {
  'not-readable': { status: 400, zh: '请求内容无法读取', en: 'What was sent cannot be read' },
  mistakes: { status: 400, zh: '填写的内容有误', en: 'What was sent has mistakes' },
  'not-signed-in': { status: 401, zh: '请先登录', en: 'Sign in first' },
  'wrong-password': { status: 401, zh: '用户名或密码不对', en: 'Name or password is wrong' },
  'not-signed': { status: 401, zh: '签名无效', en: 'The signature is not good' },
  'not-allowed': { status: 403, zh: '您的角色不能做这件事', en: 'Your role may not do this' },
  'foreign-origin': { status: 403, zh: '请求来自别的网站，已拒绝', en: 'The request comes from another site and was refused' },
  'not-found': { status: 404, zh: '没有找到', en: 'Not found' },
  'not-now': { status: 409, zh: '现在的状态下不能这样做', en: 'This cannot be done in the present state' },
  'refused-by-checks': { status: 409, zh: '核验未通过，不能开票', en: 'The checks refuse this ticket' },
  'no-policy': { status: 409, zh: '还没有生效的策略，不能开票', en: 'No policy is in force yet: no ticket can be issued' },
  'too-large': { status: 413, zh: '内容过大', en: 'Too large' },
  'json-only': { status: 415, zh: '只接受 application/json', en: 'Only application/json is accepted here' },
  'other-request': { status: 422, zh: '同一个 Idempotency-Key 已用于另一请求', en: 'This Idempotency-Key was used for another request' },
  'too-many-attempts': { status: 429, zh: '尝试次数过多，请稍后再试', en: 'Too many attempts: wait a little' },
  'too-many-requests': { status: 429, zh: '请求过于频繁，请稍后再试', en: 'Too many requests: wait a little' },
  internal: { status: 500, zh: '服务器内部错误，已记录', en: 'Something broke here; it is recorded' },
  'database-away': { status: 503, zh: '数据库暂时不可用，正在等待恢复', en: 'The database is away; the service waits for it' },
} as const
export type ProblemKind = keyof typeof PROBLEMS
export type Language = 'zh' | 'en'
export type Said = Readonly<Record<Language, string>>

interface More {
  readonly detail?: Said
  readonly mistakes?: readonly Mistake[]
  readonly findings?: readonly Finding[]
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** Thrown by a route to refuse; the one error handler turns it into `application/problem+json`. */
export class Refusal extends Error {
  readonly kind: ProblemKind
  readonly more: More
  constructor(kind: ProblemKind, more: More = {}) {
    super(more.detail?.en ?? PROBLEMS[kind].en, { cause: more.cause })
    this.kind = kind
    this.more = more
  }
}

/** Chinese unless English is asked for first. */
export const languageOf = (request: FastifyRequest): Language => (/^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh')

export function problemOf(refusal: Refusal, language: Language): Problem {
  const { status, ...title } = PROBLEMS[refusal.kind]
  const { detail, mistakes, findings } = refusal.more
  return {
    type: `https://pitgate.dev/problems/${refusal.kind}`,
    title: title[language],
    status,
    ...(detail && { detail: detail[language] }),
    ...(mistakes && { mistakes: mistakes.map((mistake) => ({ path: mistake.path, says: mistake[language] })) }),
    ...(findings && { findings: [...findings] }),
  }
}

/** What Fastify itself refuses, in our names. */
const BY_CODE: Readonly<Record<string, ProblemKind>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'json-only',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'not-readable',
  FST_ERR_CTP_INVALID_JSON_BODY: 'not-readable',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'not-readable',
}

/** The error handler. `isAway` asks of an error whether it means that the database cannot be reached now. */
export function answerProblems(log: Log, isAway: (error: unknown) => boolean) {
  return (error: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = refusalOf(error, isAway)
    const problem = problemOf(refusal, languageOf(request))
    if (refusal.kind === 'internal') log.error({ err: error, route: request.routeOptions.url }, 'a request failed')
    if (isImpossibleValue(error))
      log.warn({ reason: error.message, route: request.routeOptions.url }, 'a request with a value no table can hold')
    if (refusal.kind === 'database-away') log.warn({ reason: error.message, route: request.routeOptions.url }, 'the database is away')
    if (refusal.more.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.more.retryAfterSeconds)
    if (refusal.kind === 'database-away') reply.header('retry-after', 5)
    return reply.code(problem.status).type('application/problem+json').send(problem)
  }
}

function refusalOf(error: FastifyError | Refusal, isAway: (error: unknown) => boolean): Refusal {
  if (error instanceof Refusal) return error
  const known = BY_CODE[error.code]
  if (known) return new Refusal(known)
  if (isImpossibleValue(error)) return new Refusal('not-readable', { cause: error })
  if (!/^FST_|^ERR_/.test(error.code ?? '') && isAway(error)) return new Refusal('database-away', { cause: error })
  const clientsOwn = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  return new Refusal(clientsOwn ? 'not-readable' : 'internal', { cause: error })
}
