import type { Clock } from '#edge/clock'
import type { Facts } from '#edge/findings'
import type { DeviceState, LaneStatus } from '#edge/lane-status'
import { between, type Instant } from '#edge/units'
import type { SayCode } from '#edge/words/words'
import { deadlineOf, initialState, isWorthInk, step } from '#weighing/step'
import { encodeTape, follow, type Tape } from '#weighing/tape'
import type { Gate, LaneEffect, LaneInput, LaneState, Rules, Step, Window } from '#weighing/vocabulary'
import type { Picture } from './devices/camera.ts'
import { type DossierAsked, dossierFor } from './dossier.ts'
import { EdgeError } from './errors.ts'
import { type LanePhoto, lanePhotos } from './lane-photos.ts'
import { laneView } from './lane-view.ts'
import type { Log } from './log.ts'
import type { Inked } from './store/ink.ts'
import type { Store } from './store/store.ts'

/** What moves when the lane says so. `pulse` tells what the board answered; it never tries again by itself. */
export interface Iron {
  pulse(gate: Gate, move: 'open' | 'close', length: Rules['gatePulse']): Promise<'accepted' | 'refused' | 'unknown'>
  light(at: Gate, colour: 'red' | 'green'): void
  siren(on: boolean): void
}

/** The lane's iron with what speaks to the driver: signs and voices. */
export interface LaneIron extends Iron {
  tellDriver(say: SayCode, facts: Facts): void
  /** Every camera takes a picture now; each comes back as a `Picture`, or not at all. */
  photograph(why: Extract<LaneEffect, { kind: 'photograph' }>['why']): void
}

export interface LaneParts {
  readonly name: string
  readonly rules: Rules
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** A fresh one-time code for the driver's sign: digits nobody can guess in a minute. */
  newCode(): string
  /** The lane looks different now. */
  onChanged(): void
  /** The disk is in doubt: the agent must stop, with the gate shut. */
  onBroken(error: Error): void
}

export interface Lane {
  readonly name: string
  readonly rules: Rules
  /** Takes up the stored state; from now on inputs are heard and orders go to this iron. */
  start(iron: LaneIron): void
  stop(): void
  tell(input: LaneInput): void
  picture(picture: Picture): void
  /** Every camera takes a picture now, because a person acts. */
  photograph(why: 'act'): void
  /** Hears of each picture that was just taken, once it lies on disk; the answer stops it. */
  onPicture(listener: (hash: string) => void): () => void
  /** The words the driver was told last, as the sign has them. */
  said(): Said | null
  /** Pictures since the last vehicle went, oldest first. */
  photos(): readonly LanePhoto[]
  /** The readings of the last 20 s, newest last. */
  readings(): Window
  state(): LaneState
  status(devices: readonly DeviceState[]): LaneStatus
}

export interface Said {
  readonly code: SayCode
  readonly facts: Facts
}
/** Readings kept for the screens' small trace. */
const TRACE_FOR = 20_000

/**
 * One weighbridge. Takes inputs one at a time: step, ink, iron. The order is the point: what the machine decided is durable on disk
 * before any relay moves (DESIGN.md section 2), and nothing is decided here.
 */
export function openLane(parts: LaneParts): Lane {
  const { rules, store, clock, log } = parts
  const waiting: LaneInput[] = []
  let iron: LaneIron | null = null
  let busy = false
  let state: LaneState = store.laneState(rules.lane) ?? initialState(clock.now())
  let tape: Tape | null = null
  let asked: DossierAsked | null = null
  let recent: Window = []
  const photos = lanePhotos({ ...parts, lane: rules.lane })
  let said: Said | null = null
  let cancelTimer = (): void => {}
  const picturesHeard = new Set<(hash: string) => void>()

  function tell(input: LaneInput): void {
    waiting.push(input)
    if (busy || !iron) return
    busy = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) take(next)
    } catch (error) {
      waiting.length = 0
      parts.onBroken(error as Error)
    } finally {
      busy = false
    }
  }

  function take(input: LaneInput): void {
    if (input.kind === 'reading') remember(input)
    const next = step(state, input, rules)
    const followed = follow(tape, state, input, next.state, rules)
    const inked = ink(next, followed, input)
    if (inked === 'ticket-moved') {
      // Only a verdict can be given anew; a person's act on a ticket that is gone is refused by doing nothing.
      if (input.kind === 'dossier' && asked) waiting.unshift(dossier(asked))
      return
    }
    tape = followed
    if (next.state.phase !== state.phase) log.info({ from: state.phase, to: next.state.phase, input: input.kind }, 'lane')
    state = next.state
    photos.visit(visitOf(state))
    for (const effect of next.effects) carryOut(effect, inked)
    // Whatever a lane raises an alarm for, the cameras show it: nobody has to remember it rule by rule.
    if (inked?.sealed.some(({ kind }) => kind === 'alarm')) iron?.photograph('alarm')
    armTimer()
    parts.onChanged()
  }

  /** One durable transaction for whatever this step decides; steps that decide nothing and go nowhere cost no disk. */
  function ink(next: Step, followed: Tape | null, input: LaneInput): Inked | null | 'ticket-moved' {
    if (!isWorthInk(state, next)) return null
    const records = next.effects.filter((effect) => effect.kind === 'write').map((effect) => effect.record)
    const useTickets = next.effects.filter((effect) => effect.kind === 'use-ticket')
    const gates = next.effects.filter((effect) => effect.kind === 'gate')
    const weighing = records.some((record) => record.kind === 'weighing')
    const stamps = { ...store.stamps(), at: input.at }
    const named = photos.all()
    try {
      const inked = store.ink({
        lane: rules.lane,
        state: next.state,
        records,
        useTickets,
        gates,
        tape: weighing && followed ? encodeTape(followed) : null,
        photos: weighing ? named.map(({ hash }) => hash) : [],
        ...(weighing ? { cameras: named.map(({ side }) => side) } : {}),
        stamps,
      })
      for (const { kind, body } of records) {
        if (kind === 'weighing') photos.inked(body.visit)
        const about = visitOf(next.state) ?? visitOf(state)
        if (kind === 'alarm' && about !== null) photos.alarmed(about)
      }
      return inked
    } catch (error) {
      if (!(error instanceof EdgeError) || error.code !== 'ticket-moved') throw error
      // Between dossier and ink the ticket changed (an order voided it): nothing was written, judge again on what is true now.
      log.warn({ reason: error.message }, 'the ticket moved; judging again')
      return 'ticket-moved'
    }
  }

  function carryOut(effect: LaneEffect, inked: Inked | null): void {
    switch (effect.kind) {
      case 'gate':
        if (effect.move === 'open') open(effect.gate, inked?.tokens[effect.gate])
        else close(effect.gate)
        break
      case 'light':
        iron?.light(effect.at, effect.colour)
        break
      case 'siren':
        iron?.siren(effect.on)
        break
      case 'tell-driver':
        log.info({ say: effect.say, ...effect.facts }, 'driver')
        // Words for who waits at the other end are not this driver's.
        if (effect.say !== 'stop-not-your-turn') said = { code: effect.say, facts: effect.facts }
        iron?.tellDriver(effect.say, effect.facts)
        break
      case 'fetch-dossier':
        asked = effect
        waiting.unshift(dossier(effect))
        break
      case 'photograph':
        iron?.photograph(effect.why)
        break
      case 'make-code':
        waiting.unshift({ kind: 'code-made', at: clock.now(), code: parts.newCode() })
        break
      case 'write':
      case 'use-ticket':
        break // ink: already dry
    }
  }

  /** At most one pulse per token, ever: the store says yes once, and only in the start that minted it. */
  function open(gate: Gate, token: string | undefined): void {
    if (token === undefined || !iron || !store.mayPulse(token)) return
    iron
      .pulse(gate, 'open', rules.gatePulse)
      .then(
        (outcome) =>
          void store.gateAnswered({
            lane: rules.lane,
            token,
            outcome,
            detail: outcome === 'accepted' ? '' : `${gate} gate: the board's answer`,
          }),
        (error: Error) => parts.onBroken(error),
      )
      .catch((error: Error) => parts.onBroken(error))
  }

  function close(gate: Gate): void {
    iron?.pulse(gate, 'close', rules.gatePulse).then(
      (outcome) => outcome !== 'accepted' && log.warn({ gate, outcome }, 'closing the gate was not confirmed'),
      (error: Error) => parts.onBroken(error),
    )
  }

  const dossier = (wanted: DossierAsked): LaneInput => ({
    kind: 'dossier',
    at: clock.now(),
    dossier: dossierFor(wanted, store, rules.lane),
  })

  function armTimer(): void {
    cancelTimer()
    const until = deadlineOf(state)
    if (until === null) return
    cancelTimer = clock.timer(between(clock.now(), until), () => tell({ kind: 'deadline', at: latest(until) }))
  }
  /** Never earlier than what has been waited for, whatever the timer's grain. */
  const latest = (at: Instant): Instant => (clock.now() > at ? clock.now() : at)

  function remember({ at, weight, stable }: Extract<LaneInput, { kind: 'reading' }>): void {
    recent = [...recent.filter(([then]) => at - then < TRACE_FOR), [at, weight, stable]]
  }

  function keep(picture: Picture): void {
    let hash: string | null
    try {
      hash = photos.take(picture)
    } catch (error) {
      parts.onBroken(error as Error)
      return
    }
    if (hash === null) return
    parts.onChanged()
    for (const hears of [...picturesHeard]) hears(hash)
  }

  return {
    name: parts.name,
    rules,
    start(onto) {
      iron = onto
      // A start that ended before the devices had spoken has not yet looked for what the one before it left on the platform.
      const interrupted = state.phase === 'starting' ? state.interrupted : state.phase !== 'idle'
      tell({ kind: 'started', at: clock.now(), interrupted })
    },
    stop() {
      iron = null
      cancelTimer()
      photos.stop()
    },
    tell,
    picture: keep,
    photograph: (why) => iron?.photograph(why),
    onPicture(listener) {
      picturesHeard.add(listener)
      return () => void picturesHeard.delete(listener)
    },
    said: () => said,
    photos: photos.all,
    readings: () => recent,
    state: () => state,
    status: (devices) => laneView({ state, rules, recent, devices, now: clock.now() }),
  }
}

const visitOf = (state: LaneState): number | null => ('visit' in state ? (state.visit?.number ?? null) : null)
