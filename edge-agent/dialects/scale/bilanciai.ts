import { NO_SETTINGS, textDialect } from './text-dialect.ts'
import { hexFlags, number, tare, text, unit, word } from './text-fields.ts'
import { CR, CR_LF } from './text-line.ts'

const LINE = { baud: 4800, data: 7, parity: 'even', stop: 2 } as const

/**
 * Bilanciai D70, DD700 and kin, Cb string, 8 bytes (DD700 p. 7, D70 p. 1-63); usually 4800 baud, 7 data bits, even, 2 stop:
 *
 *   $ │ 0 stable, 1 moving, 3 invalid (negative or overload) │ five digits of the net weight │ CR
 *
 * A longer weight loses its last digits on the way, and nothing tells: six digits need another format.
 */
export const bilanciaiCb = textDialect({
  name: 'bilanciai-cb',
  about: 'Bilanciai D70, DD700: Cb',
  evidence: 'fair',
  usual: LINE,
  settings: NO_SETTINGS,
  lines: () => ({
    ends: [CR],
    lines: [
      {
        says: { mode: 'net' },
        fields: [
          text('$'),
          word({ '0': { stable: true }, '1': { stable: false }, '3': { stable: null, valid: false, number: 'none' } }),
          number(5, { marks: '', blanks: 'none', signed: false, pad: '0' }),
        ],
      },
    ],
  }),
})

/**
 * Bilanciai ESTESA, 30 bytes (the same manuals), 300 ms apart:
 *
 *   $ │ net, nine │ blank │ tare, nine │ blank │ unit, two │ blank │ s1 s2 s3 s4 │ CR LF
 *
 * Each s is a hexadecimal character, bits 3 to 0: s1 centre of zero, preset tare, tare locked, minimum weight; s2 range, overload,
 * stable, range; s3 printing, weight not valid, –, tare entered; s4 –, parameter error, converter fault, approved.
 */
export const bilanciaiExt = textDialect({
  name: 'bilanciai-ext',
  about: 'Bilanciai D70, DD700: ESTESA',
  evidence: 'fair',
  usual: LINE,
  settings: NO_SETTINGS,
  lines: () => ({
    ends: [CR_LF],
    lines: [
      {
        says: { mode: 'net', stable: false, overload: false, zero: false },
        fields: [
          text('$'),
          number(9, { signed: true }),
          text(' '),
          tare(9),
          text(' '),
          unit(2),
          text(' '),
          hexFlags([8, { zero: true }]),
          hexFlags([4, { overload: true, number: 'aside' }], [2, { stable: true }]),
          hexFlags([4, { valid: false, number: 'none' }]),
          hexFlags([4, { valid: false, number: 'none' }], [2, { valid: false, number: 'none' }]),
        ],
      },
    ],
  }),
})
