import Type from 'typebox'
import { KIND_HEADER, STATE_HEADER } from './st-headers.ts'
import { NO_SETTINGS, textDialect } from './text-dialect.ts'
import { type Field, number, skip, text, unit, word } from './text-fields.ts'
import { CR_LF } from './text-line.ts'
import { PRINTABLES } from './text-starts.ts'

/**
 * CAS CI-201A, CI-600D and relatives, 22 bytes (four CAS manuals; a site with a CI-201A at 9600 8N1, more than ten lines a second):
 *
 *   ST │ , │ GS │ , │ device 31…3D │ lamp byte │ , │ number, eight │ blank, or a relay byte │ unit kg or " t" │ CR LF
 *
 * Lamp byte: bit 7 always, 6 stable, 5 (0 on the CI-600D), 4 hold, 3 printer, 2 gross, 1 tare, 0 zero. It is no ASCII: a port read as
 * text loses it. Blanks may stand inside the number (`   1 460` is 1460). Whether the weight is stable and gross is told by the
 * headers; of the lamps only zero is not said elsewhere. Keep DTR and RTS low: site reports.
 */
const lamps: Field = {
  kind: 'flags',
  width: 1,
  as: 'byte',
  bits: [[0x01, { zero: true }]],
  shows: [
    [0x40, { stable: true }],
    [0x04, { mode: 'gross' }],
    [0x02, { mode: 'net' }],
    [0x01, { zero: true }],
  ],
  always: 0xa0,
}

export const cas22 = textDialect({
  name: 'cas-22',
  about: 'CAS CI-201A, CI-600D 22 字节 / CAS 22 bytes',
  evidence: 'solid',
  eightBit: true,
  settings: Type.Object(
    {
      deviceId: Type.Optional(Type.Integer({ minimum: 1, maximum: 13, description: 'Only lines of this device; all where not said' })),
    },
    { additionalProperties: false },
  ),
  lines: ({ deviceId }) => ({
    ends: [CR_LF],
    lines: [
      {
        says: { overload: false, zero: false },
        fields: [
          word(STATE_HEADER, 'bad-header'),
          text(','),
          word(KIND_HEADER, 'bad-header'),
          text(','),
          deviceId === undefined ? skip('1') : text(String.fromCharCode(0x30 + deviceId), 'address-mismatch'),
          lamps,
          text(','),
          number(8, { blanks: 'inside', signed: true }),
          skip(' ', true),
          unit(2, { align: 'right' }),
        ],
      },
    ],
  }),
})

/**
 * The short form: eight characters of number, CR LF. Nothing marks its beginning, so it is never read from behind a printable
 * character.
 */
export const cas10 = textDialect({
  name: 'cas-10',
  about: 'CAS 10 字节 / CAS short form: the number alone',
  evidence: 'fair',
  settings: NO_SETTINGS,
  lines: () => ({
    ends: [CR_LF],
    lines: [{ fields: [number(8, { blanks: 'inside', signed: true, pad: '0' })] }],
    notAfter: { starts: PRINTABLES, bytes: PRINTABLES },
  }),
})
