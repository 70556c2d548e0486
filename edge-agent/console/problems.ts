import type { ServerResponse } from 'node:http'
import type { Mistake } from '#edge/mistakes'
import type { Language } from '#edge/words/words'

/** What the console's server itself refuses, before or beside what its people are refused for: a stable name and a sentence. */
const PROBLEMS = {
  'not-readable': { status: 400, zh: '请求内容无法读取', en: 'What was sent cannot be read' },
  mistakes: { status: 400, zh: '填写的内容有误', en: 'What was sent has mistakes' },
  'not-signed-in': { status: 401, zh: '请先登录', en: 'Sign in first' },
  'foreign-origin': { status: 403, zh: '请求来自别的网页,已拒绝', en: 'The request comes from another page and was refused' },
  'not-found': { status: 404, zh: '没有找到', en: 'Not found' },
  'not-this-method': { status: 405, zh: '这个地址不接受这种请求', en: 'This address takes no such request' },
  'too-large': { status: 413, zh: '内容过大', en: 'Too large' },
  'json-only': { status: 415, zh: '只接受 application/json', en: 'Only application/json is accepted here' },
  'other-host': {
    status: 421,
    zh: '请用本机的 IP 地址访问,或在 console.names 中登记主机名',
    en: 'Ask for this computer by its address, or enter the name in console.names',
  },
  'too-many': { status: 503, zh: '打开的页面过多,请关闭一些', en: 'Too many pages are open: close some' },
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
  response
    .writeHead(status, {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(retryAfterSeconds === null ? {} : { 'retry-after': retryAfterSeconds }),
    })
    .end(body)
}
