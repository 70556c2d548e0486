/** Everything of the world that can break under the cloud, by name. What the business expects is a value and never thrown. */
export type CloudErrorCode =
  | 'database-unreachable'
  | 'database-refused'
  | 'outcome-unknown'
  | 'migration-failed'
  | 'migration-changed'
  | 'port-taken'
  | 'folder-unwritable'
  | 'binary-missing'
  | 'database-not-started'
  | 'broker-unreachable'
  | 'key-unreadable'
  | 'edge-unreachable'
  | 'lease-lost'
  | 'ticket-moved'
  | 'config-wrong'
  | 'contract-unhandled'

/** An error of ours: a stable `code`, a sentence for the person who must act, the `cause` it was born from. Nobody matches on text. */
export class CloudError extends Error {
  override readonly name = 'CloudError'
  readonly code: CloudErrorCode

  constructor(code: CloudErrorCode, says: string, cause?: unknown) {
    super(says, { cause })
    this.code = code
  }
}

/** What PostgreSQL says when the question itself was at fault: the same question would be refused again. */
const HOPELESS = /^(22|23|42|54)/

const codeOf = (error: unknown): string | null => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : null
}

/** The data themselves were refused (too large, unstorable character): another try cannot help, another row can. */
export const isRefusedData = (error: unknown): boolean => /^(22|23)/.test(codeOf(error) ?? '')

/**
 * A row was there already. Every write here says what to do then, so another's came in between: the same work, tried again, finds it. Where
 * it does not, it is refused data like any other.
 */
export const isOvertaken = (error: unknown): boolean =>
  codeOf(error) === '23505' || (error instanceof CloudError && error.code === 'ticket-moved')

/** A value is one the database has no place for, whoever wrote it: no such day, a NUL character, half a character, a number too large. */
export const isImpossibleValue = (error: unknown): boolean => /^22/.test(codeOf(error) ?? '')

/**
 * May the same work succeed when it is tried again later? True for lost connections, restarts, time-outs, deadlocks and lease changes;
 * false for refused data, missing tables and our own mistakes. An unknown outcome is transient because every write here is repeatable.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof CloudError)
    return ['database-unreachable', 'outcome-unknown', 'broker-unreachable', 'lease-lost', 'ticket-moved'].includes(error.code)
  const code = codeOf(error)
  if (code !== null && /^[0-9A-Z]{5}$/.test(code)) return !HOPELESS.test(code)
  return code !== null || isConnectionLoss(error)
}

/** pg reports a broken connection as a plain Error without a code; these are its three sentences. */
const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && /Connection terminated|Query read timeout|timeout exceeded when trying to connect/.test(error.message)

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
