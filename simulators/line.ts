import type { Clock } from '#edge/clock'
import { openPtyLine } from './pty.ts'
import { ptysExist } from './pty-pair.ts'
import { openTcpLine } from './tcp-line.ts'
import { EIGHT_N_ONE, type LineSettings } from './uart.ts'

/** One end of a serial cable, the device's. */
export interface Line {
  /** What an agent's configuration writes to reach it: `serial:///…?baud=9600` or, where there are no ptys, `tcp://127.0.0.1:…`. */
  readonly address: string
  /** Bytes leave at the line's speed. What nobody reads is lost, as on a cable. */
  write(bytes: Uint8Array): void
  /** Bytes not yet on the reader's side. */
  waiting(): number
  /** Somebody has the other end open. */
  attended(): boolean
  /** Resolves once somebody has. */
  whenAttended(): Promise<void>
  /** The plug is pulled: the reader sees the device vanish. */
  unplug(): void
  /** It is back at the same address. */
  replug(): Promise<void>
  stop(): Promise<void>
}

export interface LineOptions {
  /** Name of the link in `folder`; one cable each. */
  readonly name: string
  /** Where the stable links lie; created if absent. */
  readonly folder: string
  readonly clock: Clock
  readonly log: (text: string) => void
  readonly onBytes: (bytes: Uint8Array) => void
  readonly settings?: LineSettings
  /** Bytes pass at once, both ways, and no settings are looked at: for benchmarks. */
  readonly unpaced?: boolean
  /** Port of the stand-in where there are no ptys; 0 takes a free one. */
  readonly tcpPort?: number
  /** `tcp` also where ptys exist, as a serial server would. */
  readonly over?: 'pty' | 'tcp'
}

/** What both kinds of line work from: the options with every choice made. */
export type ChosenOptions = Required<Omit<LineOptions, 'over'>>

/** A kernel pty that behaves like a serial line; a TCP socket where the system has none (Windows). */
export async function openLine(options: LineOptions): Promise<Line> {
  const chosen: ChosenOptions = {
    settings: EIGHT_N_ONE,
    unpaced: false,
    tcpPort: 0,
    ...options,
  }
  const pty = options.over !== 'tcp' && ptysExist()
  if (!pty && options.over !== 'tcp') options.log(`${options.name}: no pty on this system, a TCP socket stands in for the serial line`)
  return pty ? openPtyLine(chosen) : openTcpLine(chosen)
}
