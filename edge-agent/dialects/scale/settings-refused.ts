import type { Mistake } from '#edge/mistakes'

/** Settings that their schema admits and that still make no dialect: each mistake with its path inside the settings, in both languages. */
export class SettingsRefused extends RangeError {
  readonly mistakes: readonly Mistake[]
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ path, en }) => `${path}: ${en}`).join('; '))
    this.name = 'SettingsRefused'
    this.mistakes = mistakes
  }
}
