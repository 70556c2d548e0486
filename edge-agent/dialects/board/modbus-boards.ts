import type { BoardDialect, BoardSettings } from './board-dialect.ts'
import { framed } from './modbus-frame.ts'
import { type ModbusLayout, telegramOf } from './modbus-layout.ts'
import { readAnswer, waveshareLayout } from './modbus-relay.ts'
import { answer, readRtuRequest } from './modbus-relay-board.ts'
import { answerTcp, readTcpAnswer, readTcpRequest, tcpFramed } from './modbus-tcp.ts'

/**
 * The boards that speak Modbus, each by its layout alone:
 *
 *   waveshare    01 05 00 00 FF 00 8C 3A on · 01 05 02 00 00 05 0C 71 half a second, timed in the board   (waveshare.com/wiki)
 *   lc           FF 05 00 00 FF 00 99 E4 on · FF 02 00 00 00 08 6C 12 → FF 02 01 01 51 A0; answers for eight inputs in one byte and
 *                for no other count (artisan-roaster-scope discussion 634)
 *   dam          FE 05 00 00 FF 00 98 35 on; FE is heard by every 聚英 board, whatever its own address
 *   clone-0100   01 05 00 01 01 00 9D 9A on: 0100 instead of FF00, and the first relay is coil 1 (gist TG9541)
 *   iologik      Moxa E1214, over TCP: relays 0000, pulses 0010, inputs 0000; the length of a pulse is set in the unit
 *
 * All but clone-0100 and iologik answer for whole steps of eight channels. Boards of these makes with a network port speak the same
 * telegrams with the other framing.
 */
interface ModbusMake extends Pick<BoardDialect, 'name' | 'about' | 'most' | 'step'> {
  readonly usual: Partial<BoardSettings>
  readonly takes?: BoardDialect['takes']
  layout(settings: BoardSettings): ModbusLayout
}

/** Modbus wants the line quiet for three and a half characters: 4 ms at 9600. */
const THREE_CHARACTERS_MS = 4
export const USUAL: BoardSettings = {
  unit: 1,
  outputs: 8,
  inputs: 8,
  framing: 'rtu',
  checksum: false,
  inBoardPulse: true,
  statusQuery: true,
}

function modbusBoard({ usual, takes = [], layout, ...make }: ModbusMake): BoardDialect {
  return {
    ...make,
    over: 'bytes',
    usual: { ...USUAL, ...usual },
    takes: ['unit', 'outputs', 'inputs', 'framing', ...takes],
    pause: THREE_CHARACTERS_MS,
    pulses: (settings) => {
      const by = layout(settings).pulse?.by
      return by === undefined ? 'none' : by === 'start-coil' ? 'own-length' : 'timed'
    },
    host(settings) {
      const { unit, framing } = settings
      const map = layout(settings)
      return {
        encode: (order, nth) => {
          const telegram = telegramOf(map, order)
          if (telegram === null) return null
          return framing === 'tcp' ? tcpFramed(nth, unit, telegram) : framed(unit, ...telegram)
        },
        answers: () => true,
        readAnswer: (buffer, { bytes }) => (framing === 'tcp' ? readTcpAnswer : readAnswer)(buffer, bytes),
      }
    },
    board(settings) {
      const { unit, framing } = settings
      const map = layout(settings)
      return {
        readRequest: (buffer) => (framing === 'tcp' ? readTcpRequest : readRtuRequest)(buffer, unit, map),
        answer: framing === 'tcp' ? answerTcp : answer,
      }
    },
  }
}

export const waveshare = modbusBoard({
  name: 'waveshare',
  about: 'Waveshare Modbus RTU Relay and boards like it; 9600 8N1, unit 1; pulses timed in the board; linkage modes are looked at',
  usual: {},
  takes: ['inBoardPulse'],
  most: { outputs: 32, inputs: 32, unit: 247 },
  step: 8,
  layout: ({ outputs, inputs, inBoardPulse }) => {
    const whole = waveshareLayout(outputs, inputs)
    return inBoardPulse ? whole : { ...whole, pulse: null }
  },
})

export const lc = modbusBoard({
  name: 'lc',
  about: 'LC Technology and other boards from AliExpress; 9600 8N1, address FF (255); eight inputs in one byte only; no pulse of its own',
  usual: { unit: 255 },
  most: { outputs: 8, inputs: 8, unit: 255 },
  step: 8,
  layout: ({ outputs, inputs }) => ({ outputs, inputs, firstCoil: 0, on: 0xff00, pulse: null, modes: null }),
})

export const dam = modbusBoard({
  name: 'dam',
  about: '聚英 DAM; 9600 8N1, broadcast address FE (254) or its own; inBoardPulse: true uses 闪开 (registers 3, 8, 13 …)',
  usual: { unit: 254, inBoardPulse: false },
  takes: ['inBoardPulse'],
  most: { outputs: 32, inputs: 32, unit: 254 },
  step: 1,
  layout: ({ outputs, inputs, inBoardPulse }) => ({
    outputs,
    inputs,
    firstCoil: 0,
    on: 0xff00,
    // FE 10 00 03 00 02 04 00 04 00 0A 41 6B: relay 1 for a second. From the maker's manuals; not every model has it, so it is asked for.
    pulse: inBoardPulse ? { by: 'registers', from: 3, step: 5 } : null,
    modes: null,
  }),
})

export const clone0100 = modbusBoard({
  name: 'clone-0100',
  about: 'older clones ("RTU relay module"): on is 0100 and the first relay is coil 1; 9600 8N1, unit 1; no pulse of its own',
  usual: {},
  most: { outputs: 16, inputs: 16, unit: 247 },
  step: 1,
  layout: ({ outputs, inputs }) => ({ outputs, inputs, firstCoil: 1, on: 0x0100, pulse: null, modes: null }),
})

export const iologik = modbusBoard({
  name: 'iologik',
  about: 'Moxa ioLogik E1214 and its family, Modbus TCP port 502; pulses of the length set in the unit; set its safe state to "off"',
  usual: { framing: 'tcp', outputs: 6, inputs: 6 },
  takes: ['inBoardPulse'],
  most: { outputs: 16, inputs: 16, unit: 255 },
  step: 1,
  layout: ({ outputs, inputs, inBoardPulse }) => ({
    outputs,
    inputs,
    firstCoil: 0,
    on: 0xff00,
    pulse: inBoardPulse ? { by: 'start-coil', from: 0x0010 } : null,
    modes: null,
  }),
})
