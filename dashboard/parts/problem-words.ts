import type { Problem } from '#cloud/api'
import { UNREACHABLE, UNREADABLE } from '../feed/http.ts'
import type { Words } from '../words/zh.ts'

const BY_STATUS: Readonly<Record<number, keyof Words['problems']>> = {
  401: 'not-signed-in',
  400: 'mistakes',
  403: 'not-allowed',
  404: 'not-found',
  409: 'not-now',
  429: 'too-many-requests',
  500: 'internal',
  503: 'unreachable',
}

/** What went wrong, for a person: what the cloud itself said if it said something, else our words for its kind. */
export function problemText(problem: Problem, words: Words): string {
  if (problem.type === UNREACHABLE) return words.problems.unreachable
  if (problem.detail && problem.status < 500) return problem.detail
  if (problem.type === UNREADABLE && problem.status < 400) return words.problems.unreadable
  const slug = problem.type.split('/').at(-1) ?? ''
  if (slug in words.problems) return words.problems[slug as keyof Words['problems']]
  const kind = BY_STATUS[problem.status] ?? (problem.status >= 500 ? 'internal' : 'other')
  return words.problems[kind]
}
