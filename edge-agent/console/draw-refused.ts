import type { DrawAnswer } from '../booklets.ts'
import type { Refused } from './problems.ts'

/** What the desk said no to, as the console's people read it. What they can mend by typing is a bad request, all else a conflict. */
export const drawRefused = ({ kind, zh, en }: Extract<DrawAnswer, { ok: false }>): Refused => ({
  kind,
  status: STATUS[kind] ?? 409,
  zh,
  en,
  retryAfterSeconds: null,
})
const STATUS: Readonly<Record<string, number>> = {
  'plate-wrong': 400,
  'trailer-wrong': 400,
  'product-not-in-booklet': 400,
  'no-such-booklet': 404,
}
