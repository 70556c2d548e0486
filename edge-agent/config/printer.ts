import Type, { type Static } from 'typebox'
import { PRINTER_DIALECTS } from '#dialects/printer/printer-dialects'
import { oneOf } from '#edge/ids'
import { AddressSchema, strict } from './common.ts'

/** Which weighings print a slip by themselves; any can be printed with `edge slip`. */
export const SLIP_OCCASIONS = ['gross', 'tare', 'other'] as const
export type SlipOccasion = (typeof SLIP_OCCASIONS)[number]

/** The printer of weigh slips (磅单). */
export const PrinterConfigSchema = Type.Object(
  {
    /** `serial:…`, `tcp://192.168.1.60:9100`, or `file:///dev/usb/lp0`. */
    address: AddressSchema,
    dialect: oneOf(Object.keys(PRINTER_DIALECTS)),
    /** Half-width characters of a line: 32 on paper of 58 mm, 48 on 80 mm, 80 on a dot matrix. */
    columns: Type.Optional(Type.Integer({ minimum: 24, maximum: 136 })),
    /** `native` where the printer knows QR codes, `raster` where it prints pictures only, `none`. */
    qr: Type.Optional(oneOf(['native', 'raster', 'none'])),
    prints: Type.Optional(Type.Array(oneOf(SLIP_OCCASIONS), { maxItems: 3 })),
    copies: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
    /** Printed above everything: the firm's name. */
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  },
  strict,
)
export type PrinterConfig = Static<typeof PrinterConfigSchema>

/** How a lane's slips are named and which of them come out by themselves. */
export const slipLaneOf = ({ name, printer }: { readonly name: string; readonly printer?: PrinterConfig }) => ({
  name,
  prints: printer?.prints ?? (['gross'] as const),
  copies: printer?.copies ?? 1,
  title: printer?.title ?? null,
})
