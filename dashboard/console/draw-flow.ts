import type { BookletDraw, BookletDrawn, ConsoleBooklet } from '#edge/console'
import { type Plate, type PlateColour, readPlate } from '#edge/plate'
import { fitsColour } from '#edge/plate-colours'
import { tractorIn, trailerIn } from './typed-plates.ts'

/**
 * A ticket on its way out of a booklet (预授权票册), from the first key to its number, as a pure fold. Which booklet it is drawn from was
 * fixed when it began. Questions with one possible answer are not asked.
 */
export type DrawStep = 'who' | 'plate' | 'colour' | 'trailer' | 'product' | 'tonnes' | 'confirm' | 'sending' | 'drawn' | 'refused'
export interface DrawFlow {
  readonly booklet: ConsoleBooklet
  readonly step: DrawStep
  readonly plate: Plate | null
  readonly colour: PlateColour | null
  readonly trailer: Plate | null
  /** Its place in the booklet's list. */
  readonly product: number | null
  readonly plannedNetKg: number | null
  readonly drawn: BookletDrawn | null
}
export type DrawEvent =
  | { readonly kind: 'signed-in' }
  /** The session ended on the way: the answers so far are kept. */
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'plate'; readonly plate: string }
  | { readonly kind: 'colour'; readonly colour: PlateColour }
  /** Empty: there is none. */
  | { readonly kind: 'trailer'; readonly plate: string }
  | { readonly kind: 'product'; readonly product: number }
  | { readonly kind: 'tonnes'; readonly plannedNetKg: number }
  | { readonly kind: 'send' }
  | { readonly kind: 'drawn'; readonly drawn: BookletDrawn }
  | { readonly kind: 'refused' }
  | { readonly kind: 'back' }

export function drawBegins(booklet: ConsoleBooklet, signedIn: boolean): DrawFlow {
  const product = booklet.products.length === 1 ? 0 : null
  const step = signedIn ? 'plate' : 'who'
  return { booklet, step, plate: null, colour: null, trailer: null, product, plannedNetKg: null, drawn: null }
}

/** The questions of this draw in their order. */
export const drawSteps = ({ booklet, plate }: DrawFlow): readonly DrawStep[] => [
  'plate',
  ...(coloursFor(plate).length > 1 ? (['colour'] as const) : []),
  'trailer',
  ...(booklet.products.length > 1 ? (['product'] as const) : []),
  'tonnes',
  'confirm',
]

function after(flow: DrawFlow, step: DrawStep): DrawFlow {
  const steps = drawSteps(flow)
  return { ...flow, step: steps[steps.indexOf(step) + 1] ?? 'confirm' }
}

/** Null: it was left before anything was sent. */
export function drawGoes(flow: DrawFlow, event: DrawEvent): DrawFlow | null {
  if (event.kind === 'back') return stepBack(flow)
  if (event.kind === 'signed-out') return { ...flow, step: 'who' }
  if (event.kind === 'signed-in') return flow.step === 'who' ? { ...flow, step: firstOpen(flow) } : flow
  if (event.kind === 'drawn') return { ...flow, step: 'drawn', drawn: event.drawn }
  if (event.kind === 'refused') return { ...flow, step: 'refused' }
  if (event.kind === 'send') return flow.step === 'confirm' && drawOf(flow) !== null ? { ...flow, step: 'sending' } : flow
  // An answer to a question that is no longer asked.
  if (event.kind !== flow.step) return flow
  switch (event.kind) {
    case 'plate': {
      const plate = tractorIn(event.plate)
      if (plate === null) return flow
      const [only = null, ...others] = coloursFor(plate)
      return after({ ...flow, plate, colour: others.length === 0 ? only : null }, 'plate')
    }
    case 'colour':
      return coloursFor(flow.plate).includes(event.colour) ? after({ ...flow, colour: event.colour }, 'colour') : flow
    case 'trailer': {
      const trailer = event.plate === '' ? null : trailerIn(event.plate)
      return trailer === null && event.plate !== '' ? flow : after({ ...flow, trailer }, 'trailer')
    }
    case 'product':
      return flow.booklet.products[event.product] === undefined ? flow : after({ ...flow, product: event.product }, 'product')
    case 'tonnes':
      return plannedFits(flow.booklet, event.plannedNetKg) ? after({ ...flow, plannedNetKg: event.plannedNetKg }, 'tonnes') : flow
  }
}

/** Where a person who had to sign in again goes on: all was answered before, or nothing yet. */
const firstOpen = (flow: DrawFlow): DrawStep => (drawOf(flow) === null ? 'plate' : 'confirm')

function stepBack(flow: DrawFlow): DrawFlow | null {
  // What was sent cannot be taken back by a key.
  if (flow.step === 'sending') return flow
  if (flow.step === 'refused') return { ...flow, step: 'confirm' }
  const steps = drawSteps(flow)
  const before = steps[steps.indexOf(flow.step) - 1]
  return before === undefined || flow.step === 'drawn' || flow.step === 'who' ? null : { ...flow, step: before }
}

/** What is sent; null while something is missing. */
export function drawOf({ booklet, plate, colour, trailer, product, plannedNetKg }: DrawFlow): BookletDraw | null {
  if (plate === null || colour === null || product === null || plannedNetKg === null) return null
  return { booklet: booklet.booklet, plate, plateColour: colour, trailer, product, plannedNetKg }
}

/** As a truck's plate comes: heavy ones are yellow, so that is the first key. */
const COLOURS: readonly PlateColour[] = ['yellow', 'blue', 'yellow-green', 'green', 'white', 'black']
export function coloursFor(plate: Plate | null): readonly PlateColour[] {
  const reading = readPlate(plate ?? '')
  return reading.kind === 'plate' ? COLOURS.filter((colour) => fitsColour(reading.form, colour)) : []
}

/** The most that one more ticket of this booklet may plan. */
export const mostPlannedKg = ({ mostEachKg, leftKg }: ConsoleBooklet): number => Math.max(0, Math.min(mostEachKg, leftKg))
export const plannedFits = (booklet: ConsoleBooklet, kg: number): boolean => Number.isInteger(kg) && kg >= 1 && kg <= mostPlannedKg(booklet)
