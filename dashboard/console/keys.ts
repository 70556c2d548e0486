/**
 * The console's keys: ten digits, Enter to go on, `.` or Escape to go back, so that a numeric pad alone will do. Pad digits are taken by
 * their place, so that Num Lock does not matter.
 */
export type Key = { readonly kind: 'digit'; readonly digit: number } | { readonly kind: 'enter' } | { readonly kind: 'back' }

/** What has the focus: in a field letters are letters, on a button Enter presses that button. */
export type Focus = 'page' | 'field' | 'words' | 'button'

export interface Pressed {
  readonly key: string
  readonly code: string
  readonly repeat: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** The digit of a pad key that a browser takes for an arrow because Num Lock is off, in a field where a digit is meant; else null. */
export function padDigitLost({ key, code }: Pressed, focus: Focus): string | null {
  const digit = /^Numpad([0-9])$/.exec(code)?.[1]
  return digit === undefined || /^[0-9]$/.test(key) || focus === 'page' || focus === 'button' ? null : digit
}

/** Null: not ours. A key that is held down counts once: a glove lying on Enter must not walk through a confirmation. */
export function keyOf(pressed: Pressed, focus: Focus): Key | null {
  if (pressed.repeat || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null
  if (pressed.key === 'Escape' || pressed.code === 'NumpadDecimal') return { kind: 'back' }
  const typing = focus === 'field' || focus === 'words'
  if (pressed.key === '.') return typing ? null : { kind: 'back' }
  if (pressed.key === 'Enter' || pressed.code === 'NumpadEnter') return enterOf(pressed, focus)
  const digit = /^Numpad([0-9])$/.exec(pressed.code)?.[1] ?? /^[0-9]$/.exec(pressed.key)?.[0]
  return digit === undefined || typing ? null : { kind: 'digit', digit: Number(digit) }
}

function enterOf(pressed: Pressed, focus: Focus): Key | null {
  if (focus === 'button') return null
  // A line break in somebody's own words is typed with the big key; the pad's Enter goes on.
  return focus === 'words' && pressed.code !== 'NumpadEnter' ? null : { kind: 'enter' }
}
