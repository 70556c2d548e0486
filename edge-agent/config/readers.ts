import Type, { type Static } from 'typebox'
import { CARD_FORMS } from '#dialects/reader/tag'
import { TAG_DIALECTS } from '#dialects/reader/tag-dialects'
import { oneOf } from '#edge/ids'
import { AddressSchema, strict } from './common.ts'

/** Where a driver shows a ticket's code. */
export const CodeReaderConfigSchema = Type.Object({ address: AddressSchema }, strict)
export type CodeReaderConfig = Static<typeof CodeReaderConfigSchema>

/** A reader of tags on trucks or cards in hands. */
export const TagReaderConfigSchema = Type.Object(
  {
    address: AddressSchema,
    dialect: oneOf(Object.keys(TAG_DIALECTS)),
    unitAddress: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
    /** How a Wiegand converter writes a card. */
    form: Type.Optional(oneOf(CARD_FORMS)),
    pollSeconds: Type.Optional(Type.Number({ minimum: 0.2, maximum: 1 })),
    repeatWithinSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 3_600 })),
  },
  strict,
)
export type TagReaderConfig = Static<typeof TagReaderConfigSchema>
