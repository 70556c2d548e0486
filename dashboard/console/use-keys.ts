import { onScopeDispose } from 'vue'
import { type Focus, type Key, keyOf, padDigitLost } from './keys.ts'

/** Answers whether the key was meant for it. */
export type KeyHandler = (key: Key) => boolean

/**
 * Who hears the keys: the newest of those that listen, so that a dialog hides what lies under it. One listener on the window for all.
 */
const hearers: { readonly handler: KeyHandler; readonly on: () => boolean }[] = []
let listening = false

export function useKeys(handler: KeyHandler, on: () => boolean = () => true): void {
  const hearer = { handler, on }
  hearers.push(hearer)
  if (!listening) window.addEventListener('keydown', hear)
  listening = true
  onScopeDispose(() => void hearers.splice(hearers.indexOf(hearer), 1))
}

function hear(event: KeyboardEvent): void {
  const focus = focusOf(event.target)
  const lost = padDigitLost(event, focus)
  if (lost !== null) {
    event.preventDefault()
    type(event.target, lost)
    return
  }
  const key = keyOf(event, focus)
  const hearer = hearers.at(-1)
  if (key !== null && hearer?.on() && hearer.handler(key)) event.preventDefault()
}

function type(target: EventTarget | null, text: string): void {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return
  const { value, selectionStart, selectionEnd } = target
  target.setRangeText(text, selectionStart ?? value.length, selectionEnd ?? value.length, 'end')
  target.dispatchEvent(new Event('input', { bubbles: true }))
}

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target instanceof HTMLTextAreaElement) return 'words'
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return 'field'
  return target.closest('button, a, summary') ? 'button' : 'page'
}
