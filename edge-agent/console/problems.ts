import type { ServerResponse } from 'node:http'
import type { Mistake } from '#edge/mistakes'
import type { Language } from '#edge/words/words'

/** What the server refuses and the people's door, too (`refusals.ts`). */
export const COMMON_REFUSALS = {
  'not-signed-in': { status: 401, zh: '请先登录', en: 'Sign in first' },
  'no-such-lane': { status: 404, zh: '没有这条磅道', en: 'There is no such lane' },
  'store-broken': { status: 503, zh: '账本存储不可信,不能操作', en: 'The store cannot be trusted: nothing can be done here' },
} as const

/** What the console's server itself refuses, before or beside what its people are refused for: a stable name and a sentence. */
const PROBLEMS = {
  ...COMMON_REFUSALS,
  'not-readable': { status: 400, zh: '请求内容无法读取', en: 'What was sent cannot be read' },
  mistakes: { status: 400, zh: '填写的内容有误', en: 'What was sent has mistakes' },
  'foreign-origin': { status: 403, zh: '请求来自别的网页,已拒绝', en: 'The request comes from another page and was refused' },
  'not-found': { status: 404, zh: '没有找到', en: 'Not found' },
  'not-this-method': { status: 405, zh: '这个地址不接受这种请求', en: 'This address takes no such request' },
  'too-large': { status: 413, zh: '内容过大', en: 'Too large' },
  'json-only': { status: 415, zh: '只接受 application/json', en: 'Only application/json is accepted here' },
  'other-request': { status: 422, zh: '同一个 Idempotency-Key 已用于另一请求', en: 'This Idempotency-Key was used for another request' },
  'other-host': {
    status: 421,
    zh: '请用本机的 IP 地址访问,或在 console.names 中登记主机名',
    en: 'Ask for this computer by its address, or enter the name in console.names',
  },
  'too-many': { status: 503, zh: '打开的页面过多,请关闭一些', en: 'Too many pages are open: close some' },
  'not-at-rest': { status: 409, zh: '示值没有稳定,请稍候再试', en: 'The weight is not at rest: wait a moment' },
  'nothing-on-it': { status: 409, zh: '台面上没有标准物,请先放上', en: 'Nothing stands on the platform: put the known weight on it' },
  'customer-on-it': {
    status: 409,
    zh: '台面上是持票的运煤车,不能当作标准物',
    en: 'A truck with a ticket stands there: it is no known weight',
  },
  'supervisor-wanted': {
    status: 403,
    zh: '封签曾查得破损或不符,须由值班长确认恢复',
    en: 'The seal was found broken or another one: only a supervisor says that it is whole again',
  },
  'not-empty': { status: 409, zh: '台面上有车或有物,不能置零', en: 'Something is on the platform: zero is set only when it is empty' },
  'not-zero': { status: 409, zh: '示值不为零,请先在仪表上置零', en: 'The indicator does not show zero: set it there first' },
  'known-weight-wanted': {
    status: 400,
    zh: '请录入标准物重量,应在最小秤量和最大秤量之间',
    en: 'Type the known weight, between this scale’s Min and Max',
  },
  'seal-wanted': { status: 400, zh: '请录入封签编号,并说明是否完好', en: 'Type the seal’s number and say whether it is whole' },
  internal: { status: 500, zh: '本机出错,已记录', en: 'Something broke here; it is recorded' },
} as const
export type ProblemKind = keyof typeof PROBLEMS

/** A refusal in both languages, whoever refuses. */
export interface Refused {
  readonly kind: string
  readonly status: number
  readonly zh: string
  readonly en: string
  readonly retryAfterSeconds: number | null
  readonly mistakes?: readonly Mistake[]
}

export const problem = (kind: ProblemKind, mistakes: readonly Mistake[] = []): Refused => ({
  kind,
  ...PROBLEMS[kind],
  retryAfterSeconds: null,
  ...(mistakes.length === 0 ? {} : { mistakes }),
})

/** Chinese unless English is asked for first. */
export const languageOf = (asked: string | undefined): Language => (/^\s*en\b/i.test(asked ?? '') ? 'en' : 'zh')

/** `application/problem+json` (RFC 9457), in the names the cloud uses too. */
export function sendProblem(response: ServerResponse, refused: Refused, language: Language): void {
  if (response.headersSent || response.destroyed) return
  const { kind, status, mistakes, retryAfterSeconds } = refused
  const body = JSON.stringify({
    type: `https://pitgate.dev/problems/${kind}`,
    title: refused[language],
    status,
    ...(mistakes && { mistakes: mistakes.map((mistake) => ({ path: mistake.path, says: mistake[language] })) }),
  })
  if (retryAfterSeconds !== null) response.setHeader('retry-after', retryAfterSeconds)
  response
    .writeHead(status, {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(body)
}
