import { NO_SETTINGS, textDialect } from './text-dialect.ts'
import { number, text, word } from './text-fields.ts'
import { CR_LF } from './text-line.ts'

/**
 * Keli XK3118T1, ASCII modes 3 (net) and 4 (gross), 14 bytes, as at least four independent programs read them:
 *
 *   = │ number, seven with its point, zeros in front, the sign in the first place │ (kg) │ CR LF
 *
 * Which of net and gross it is, is the indicator's setting and not in the line. No checksum, no status at all.
 */
export const keliXk3118t1Ascii = textDialect({
  name: 'keli-xk3118t1-ascii',
  about: '宁波柯力 XK3118T1 ASCII / Keli XK3118T1, ASCII line',
  evidence: 'fair',
  settings: NO_SETTINGS,
  lines: () => ({
    ends: [CR_LF],
    lines: [{ fields: [text('=', 'bad-header'), number(7, { signed: true, pad: '0' }), word({ '(kg)': { unit: 'kg' } }, 'bad-frame')] }],
    other: (line) => (line.endsWith('(kg)') ? null : 'bad-frame'),
    otherLongest: 16,
  }),
})
