import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  coloursFor,
  type DrawEvent,
  type DrawFlow,
  drawBegins,
  drawGoes,
  drawOf,
  drawSteps,
  mostPlannedKg,
} from '../../../dashboard/console/draw-flow.ts'
import { tractorIn } from '../../../dashboard/console/typed-plates.ts'
import { aBooklet, aDrawn } from './booklet-builders.ts'

const goes = (from: DrawFlow, ...events: readonly DrawEvent[]): DrawFlow | null =>
  events.reduce<DrawFlow | null>((flow, event) => (flow === null ? null : drawGoes(flow, event)), from)
const back = { kind: 'back' } as const
const ANSWERS = [
  { kind: 'plate', plate: '陕K83651' },
  { kind: 'colour', colour: 'yellow' },
  { kind: 'trailer', plate: '陕K1234' },
  { kind: 'product', product: 1 },
  { kind: 'tonnes', plannedNetKg: 32_500 },
] as const satisfies readonly DrawEvent[]
const [PLATE, COLOUR, TRAILER, PRODUCT, TONNES] = ANSWERS
const only = aBooklet({ products: [{ coalClass: 'BN', category: 'FINE' }] })

describe('drawing a ticket from a booklet', () => {
  it('asks who, the plate, its colour, the trailer, what and how much, and sends that', () => {
    const asked: string[] = []
    let flow = drawBegins(aBooklet(), false)
    for (const event of [{ kind: 'signed-in' } as const, ...ANSWERS]) {
      asked.push(flow.step)
      flow = goes(flow, event) ?? flow
    }
    expect([...asked, flow.step]).toEqual(['who', 'plate', 'colour', 'trailer', 'product', 'tonnes', 'confirm'])
    expect(drawOf(flow)).toEqual({
      booklet: 'BK-7K3M9QX2',
      plate: '陕K83651',
      plateColour: 'yellow',
      trailer: '陕K1234挂',
      product: 1,
      plannedNetKg: 32_500,
    })
    expect(goes(flow, { kind: 'send' })?.step).toBe('sending')
  })

  it('does not ask what has one answer: the colour of a new-energy truck, the only product', () => {
    const flow = goes(drawBegins(only, true), { kind: 'plate', plate: '陕K12345D' }, { kind: 'trailer', plate: '' }, TONNES)
    expect(flow?.step).toBe('confirm')
    expect(flow && drawOf(flow)).toMatchObject({ plateColour: 'yellow-green', trailer: null, product: 0 })
  })

  it.each<[string, readonly DrawEvent[], string]>([
    ['half a plate', [{ kind: 'plate', plate: '陕K12' }], 'plate'],
    ['a trailer for a tractor', [{ kind: 'plate', plate: '陕K1234挂' }], 'plate'],
    ['a colour no such plate has', [PLATE, { kind: 'colour', colour: 'green' }], 'colour'],
    ['a tractor for a trailer', [PLATE, COLOUR, { kind: 'trailer', plate: '陕K83651' }], 'trailer'],
    ['a product that is not in the booklet', [PLATE, COLOUR, TRAILER, { kind: 'product', product: 2 }], 'product'],
    ['more than one ticket may plan', [PLATE, COLOUR, TRAILER, PRODUCT, { kind: 'tonnes', plannedNetKg: 33_001 }], 'tonnes'],
    ['nothing at all', [PLATE, COLOUR, TRAILER, PRODUCT, { kind: 'tonnes', plannedNetKg: 0 }], 'tonnes'],
    ['a question not asked now', [TONNES], 'plate'],
    ['sending with answers missing', [PLATE, { kind: 'send' }], 'colour'],
  ])('stays where it is: %s', (_what, events, step) => expect(goes(drawBegins(aBooklet(), true), ...events)?.step).toBe(step))

  it('no ticket plans more than the booklet has left', () => {
    expect(mostPlannedKg(aBooklet({ leftKg: 12_000 }))).toBe(12_000)
    expect(mostPlannedKg(aBooklet({ leftKg: -5 }))).toBe(0)
  })

  it('who must sign in again on the way goes on at the confirmation', () => {
    const sent = goes(drawBegins(aBooklet(), true), ...ANSWERS, { kind: 'send' }, { kind: 'signed-out' })
    expect(sent?.step).toBe('who')
    expect(sent && goes(sent, { kind: 'signed-in' })?.step).toBe('confirm')
  })

  it('what was sent is not taken back by a key; what was refused may be tried again; what was drawn is left', () => {
    const sending = goes(drawBegins(aBooklet(), true), ...ANSWERS, { kind: 'send' }) as DrawFlow
    expect(goes(sending, back)?.step).toBe('sending')
    expect(goes(sending, { kind: 'refused' }, back)?.step).toBe('confirm')
    const draw = drawOf(sending)
    expect(draw && goes(sending, { kind: 'drawn', drawn: aDrawn(draw) }, back)).toBeNull()
  })

  it('another plate on the way back asks its own colour', () => {
    const flow = goes(drawBegins(only, true), PLATE, COLOUR, back, back, { kind: 'plate', plate: '陕K12345D' })
    expect(flow).toMatchObject({ step: 'trailer', colour: 'yellow-green' })
  })

  it('the point leads out from anywhere, question by question, and nothing but what a person said is sent', () => {
    const event = fc.constantFrom<DrawEvent>(
      ...ANSWERS,
      { kind: 'plate', plate: '陕K12345D' },
      { kind: 'signed-out' },
      { kind: 'signed-in' },
      back,
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.boolean(), (events, signedIn) => {
        const flow = goes(drawBegins(aBooklet(), signedIn), ...events)
        if (flow === null) return
        if (flow.step !== 'who') expect(drawSteps(flow)).toContain(flow.step)
        if (flow.step === 'confirm') expect(drawOf(flow)).not.toBeNull()
        expect(goes(flow, ...Array.from({ length: drawSteps(flow).length }, () => back))).toBeNull()
      }),
    )
  })
})

it('heavy trucks’ colour stands first, and no colour that such a plate never has', () => {
  expect(coloursFor(tractorIn('陕K83651'))).toEqual(['yellow', 'blue', 'black'])
  expect(coloursFor(tractorIn('陕K12345D'))).toEqual(['yellow-green'])
  expect(coloursFor(null)).toEqual([])
})
