import Type, { type Static } from 'typebox'
import { AddressSchema, strict } from './common.ts'

/** Where a driver shows a ticket's code. */
export const CodeReaderConfigSchema = Type.Object({ address: AddressSchema }, strict)
export type CodeReaderConfig = Static<typeof CodeReaderConfigSchema>
