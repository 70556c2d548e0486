import Type, { type Static, type TSchema } from 'typebox'
import { FindingSchema } from '#edge/findings'

/** How every answer is made: a list by pages, an error by its problem. */

export const ProblemSchema = Type.Object({
  /** Stable, such as `https://pitgate.dev/problems/not-signed-in`. */
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  /** Mistakes in what was sent: path and sentence. */
  mistakes: Type.Optional(Type.Array(Type.Object({ path: Type.String(), says: Type.String() }))),
  /** Findings that refused a ticket (`409`): codes and facts, so that each screen says them in its reader's language. */
  findings: Type.Optional(Type.Array(FindingSchema)),
})
export type Problem = Static<typeof ProblemSchema>

export const page = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()]),
  })
export const PageQuerySchema = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
})
