import type { Facts } from '#edge/findings'

/** Everything of the world that can break under the agent, by name. What the business expects (a bad frame, a refused ticket) is a value and never thrown. */
export type EdgeErrorCode =
  | 'bad-address'
  | 'port-unavailable'
  | 'port-lost'
  | 'write-timeout'
  | 'answer-timeout'
  | 'sign-in-refused'
  | 'listener-unavailable'
  | 'broker-unavailable'
  | 'store-broken'
  | 'store-busy'
  | 'store-locked'
  | 'store-unreadable'
  | 'ticket-moved'
  | 'token-spent'
  | 'key-unreadable'
  | 'config-wrong'
  | 'contract-unhandled'
  | 'no-room'

/** Come and go by themselves: the place that retries may try again. All others want a person or end the process. */
const TRANSIENT: ReadonlySet<EdgeErrorCode> = new Set([
  'port-unavailable',
  'port-lost',
  'write-timeout',
  'answer-timeout',
  'listener-unavailable',
  'broker-unavailable',
  'store-busy',
])

/** An error of ours: a stable `code`, the `cause` it was born from, and flat facts for the log line. Nobody matches on its text. */
export class EdgeError extends Error {
  override readonly name = 'EdgeError'
  readonly code: EdgeErrorCode
  readonly facts: Facts

  /** `about` holds the `cause` and the facts; a fact that is not flat is kept as its text. */
  constructor(code: EdgeErrorCode, about: { readonly cause?: unknown; readonly [fact: string]: unknown } = {}) {
    const { cause, ...rest } = about
    const facts: Facts = Object.fromEntries(Object.entries(rest).map(([fact, value]) => [fact, flat(value)]))
    const told = Object.entries(facts)
      .map(([fact, value]) => `${fact} ${value}`)
      .join(', ')
    super([code, told, cause instanceof Error ? cause.message : ''].filter((part) => part !== '').join(': '), { cause })
    this.code = code
    this.facts = facts
  }
}

const flat = (value: unknown): Facts[string] =>
  value === null || typeof value === 'boolean' || Number.isSafeInteger(value) ? (value as Facts[string]) : String(value)

export const isTransient = (error: unknown): boolean => error instanceof EdgeError && TRANSIENT.has(error.code)

/** What a person is told about any thrown thing. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What a person at the site can do about it. */
export function sentenceFor({ code, facts }: EdgeError): string {
  switch (code) {
    case 'store-locked':
      return '账本正被另一个程序使用 / another program holds the store: is the agent running already?'
    case 'store-broken':
      return '账本存储不可信，闸门保持关闭 / the store cannot be trusted; the gate stays shut. Keep the folder and call for service.'
    case 'key-unreadable':
      if (facts.key !== undefined)
        return '配置 cloud.issuers 中的公钥与其编号不符 / cloud.issuers: a public key does not belong to the id before it; copy both from enrolment'
      return '密钥文件无法读取 / the key file cannot be read: restore it, or enrol this computer anew.'
    case 'no-room':
      return '磁盘空间不足 / the disk has no room for it'
    case 'config-wrong':
      return '配置有误 / the configuration is wrong'
    default:
      return '代理无法启动 / the agent cannot start'
  }
}
