import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { RECORD_BODIES } from '#edge/records'

/** What the body of each kind of record must look like: asked before one is written, and when one is read back. Made once. */
export const BODY_CHECKERS = new Map(Object.entries(RECORD_BODIES).map(([kind, body]) => [kind, Compile(body as TSchema)] as const))
