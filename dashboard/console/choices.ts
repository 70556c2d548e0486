import { type Ref, ref, watch } from 'vue'

/** What the people at this screen have chosen for it, kept in this browser as far as its policy lets us. */
export function choice(name: string, first: boolean): Ref<boolean> {
  const chosen = ref(kept(name) ?? first)
  watch(chosen, (value) => keep(name, value))
  return chosen
}

function kept(name: string): boolean | null {
  try {
    const text = localStorage.getItem(`pitgate.${name}`)
    return text === null ? null : text === 'yes'
  } catch {
    return null
  }
}
function keep(name: string, value: boolean): void {
  try {
    localStorage.setItem(`pitgate.${name}`, value ? 'yes' : 'no')
  } catch {
    return
  }
}

/** The dark screen is for the night: `theme-dark` in the style sheet. */
export function darkChoice(): Ref<boolean> {
  const dark = choice('dark', false)
  watch(dark, (value) => document.documentElement.classList.toggle('theme-dark', value), { immediate: true })
  return dark
}
