import { NO_SETTINGS, textDialect } from './text-dialect.ts'
import { number, text, unit, word, xor } from './text-fields.ts'
import { CR_LF } from './text-line.ts'

/**
 * Yaohua XK3190-A12(E), 15 bytes (manual p. 11):
 *
 *   W │ G gross or N net │ number, seven with its point; − in place of the first, blank last without a point │ kg │ XOR │ CR LF
 *
 * XOR of all characters before it, two hexadecimal characters. Above Max + 9 e come nine blanks and OL, below −20 d nine blanks and LO,
 * both with their XOR, which is 23. No motion flag.
 */
export const yaohuaA12eWg = textDialect({
  name: 'yaohua-a12e-wg',
  about: '上海耀华 XK3190-A12(E) WG 格式 / Yaohua XK3190-A12(E)',
  evidence: 'fair',
  settings: NO_SETTINGS,
  lines: () => ({
    ends: [CR_LF],
    lines: [
      {
        fields: [
          text('W'),
          word({ G: { mode: 'gross' }, N: { mode: 'net' } }, 'bad-header'),
          number(7, { signed: true, blanks: 'around', pad: '0', whole: 'blank' }),
          unit(2),
          xor,
        ],
      },
      {
        fields: [
          text('         ', 'bad-header'),
          word({ OL: { overload: true, number: 'none' }, LO: { underload: true, number: 'none' } }, 'bad-header'),
          xor,
        ],
      },
    ],
  }),
})
