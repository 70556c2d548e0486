import type { ObjectDirective } from 'vue'

/** Takes the focus where it appears, also inside a dialog that is only about to open. */
export const vFocus: ObjectDirective<HTMLElement> = {
  mounted(element) {
    element.setAttribute('autofocus', '')
    element.focus()
  },
}
