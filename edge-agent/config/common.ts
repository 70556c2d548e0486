import Type from 'typebox'

/** Unknown keys are mistakes everywhere in the configuration. */
export const strict = { additionalProperties: false }
/** `serial:///dev/ttyS0?baud=9600`, `tcp://10.0.0.5:4001`: `devices/address.ts` says which there are. */
export const AddressSchema = Type.String({ maxLength: 200 })
