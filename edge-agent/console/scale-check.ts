import type { Clock } from '#edge/clock'
import type { ConsolePerson, ScaleCheckRequest } from '#edge/console'
import { identityText } from '#edge/ids'
import { scaleError } from '#edge/limits'
import type { ScaleCheck } from '#edge/scale-state'
import { Kilograms } from '#edge/units'
import type { LaneState } from '#weighing/vocabulary'
import { restIn } from '../at-rest.ts'
import type { Lane } from '../lane.ts'
import type { Store } from '../store/store.ts'
import { plainWords } from './plain-words.ts'
import { type ProblemKind, problem } from './problems.ts'
import type { ScaleCheckAnswer } from './routes.ts'

/**
 * A person looked at the scale: weighed something known, looked at its seal, or set its zero. What the indicator shows is taken from the
 * indicator, never typed; the check is sealed before it counts.
 */
export function scaleCheckOf(parts: {
  readonly lanes: readonly Lane[]
  readonly store: Pick<Store, 'scales' | 'stamps' | 'broken'>
  readonly clock: Clock
}): (request: ScaleCheckRequest, person: ConsolePerson) => ScaleCheckAnswer {
  const { lanes, store, clock } = parts
  return (request, person) => {
    const lane = lanes.find(({ rules }) => rules.lane === request.lane)
    if (lane === undefined) return no('no-such-lane')
    if (store.broken()) return no('store-broken')
    const found = CHECKS[request.what](request, lane, clock)
    if (typeof found === 'string') return no(found)
    // Who found the seal broken must not be the one who finds it whole: someone answers for the shift.
    const mends = request.what === 'seal' && found.good && store.scales.state(request.lane).seal !== null
    if (mends && person.role !== 'supervisor') return no('supervisor-wanted')
    const check = { ...NOTHING, ...found, lane: request.lane, what: request.what, note: plainWords(request.note), operator: person.id }
    const { identity } = store.scales.enter(check, store.stamps())
    return { ok: true, done: { record: identityText(identity), phase: lane.state().phase } }
  }
}

const no = (why: ProblemKind): ScaleCheckAnswer => ({ ok: false, refusal: problem(why) })
const NOTHING = { knownKg: null, shownKg: null, limitKg: null, seal: null } as const

type Found = Pick<ScaleCheck, 'good'> & Partial<ScaleCheck>
const CHECKS: Readonly<Record<ScaleCheckRequest['what'], (request: ScaleCheckRequest, lane: Lane, clock: Clock) => Found | ProblemKind>> = {
  'known-weight': ({ knownKg }, lane, clock) => {
    const { eKg, minKg, maxKg } = lane.rules.scale
    if (knownKg === undefined || knownKg < minKg || knownKg > maxKg) return 'known-weight-wanted'
    const shown = restIn(lane, clock.now())
    if (shown === null) return 'not-at-rest'
    if (shown < lane.rules.emptyBelow) return 'nothing-on-it'
    // A customer's truck weighs what the indicator says: whoever types that figure checks nothing.
    if (hasTicket(lane.state())) return 'customer-on-it'
    const limitKg = scaleError(knownKg, eKg)
    return { knownKg: Kilograms(knownKg), shownKg: shown, limitKg, good: Math.abs(shown - knownKg) <= limitKg }
  },
  seal: ({ seal: typed = '', sealWhole }, lane) => {
    const seal = plainWords(typed)
    if (seal === '' || sealWhole === undefined) return 'seal-wanted'
    const onRecord = lane.rules.scale.seal
    return { seal, good: sealWhole && (onRecord === undefined || sameSeal(onRecord, seal)) }
  },
  'zero-set': (_, lane, clock) => {
    const shown = restIn(lane, clock.now())
    if (shown === null) return 'not-at-rest'
    // An indicator set to zero under a truck shows zero, too.
    if (shown >= lane.rules.emptyBelow || somebodyIsOn(lane.state())) return 'not-empty'
    if (Math.abs(shown) * 4 > lane.rules.scale.eKg) return 'not-zero'
    return { shownKg: shown, good: true }
  },
}

const hasTicket = (state: LaneState): boolean => 'given' in state && state.given !== null && state.given.ticket !== null

function somebodyIsOn(state: LaneState): boolean {
  const visit = 'visit' in state ? state.visit : null
  return visit?.loaded === true || state.sensors['entry-beam'] === true || state.sensors['exit-beam'] === true
}

const sameSeal = (a: string, b: string): boolean => plain(a) === plain(b)
const plain = (seal: string): string => seal.replace(/[\s-]/g, '').toUpperCase()
