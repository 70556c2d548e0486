import type { BoardSettings } from '#dialects/board/board-dialect'
import { BOARD_DIALECTS, BOARD_KINDS, type BoardKind } from '#dialects/board/board-dialects'
import type { Mistake } from '#edge/mistakes'
import { parseAddress } from '../devices/address.ts'
import { gatesOfLayout } from './layout-mistakes.ts'

type Group = Readonly<Record<string, unknown>>
const groupOf = (value: unknown): Group => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Group) : {})

/** The settings as the configuration spells them. */
const SPELT: Readonly<Record<keyof BoardSettings, string>> = {
  unit: 'unitAddress',
  outputs: 'outputChannels',
  inputs: 'inputChannels',
  framing: 'framing',
  checksum: 'checksum',
  inBoardPulse: 'inBoardPulse',
  statusQuery: 'statusQuery',
}
const kindOf = ({ kind = 'waveshare' }: Group): BoardKind | null => BOARD_KINDS.find((one) => one === kind) ?? null

/**
 * What the schema cannot say of a lane's board, the barriers that cameras open, and the detector: settings a kind does not know,
 * wires beyond its channels, inputs of a board that has none, a barrier that nothing opens.
 */
export function boardMistakes(path: string, lane: Group): Mistake[] {
  const board = groupOf(lane.board)
  if (Object.keys(board).length === 0) return []
  const under = `${path}.board`
  const relays = board.relays === undefined ? null : groupOf(board.relays)
  const outputsAt = relays === null ? board : relays
  return [
    ...makeMistakes(under, board),
    ...(relays === null ? [] : makeMistakes(`${under}.relays`, relays)),
    ...beyond(`${under}.outputs`, Object.entries(groupOf(board.outputs)), outputsAt, 'outputs'),
    ...beyond(`${under}.inputs`, inputsOf(groupOf(board.inputs)), board, 'inputs'),
    ...beyond(`${path}.detector`, inputsOf(groupOf(lane.detector)), board, 'inputs'),
    ...barrierMistakes(path, groupOf(lane.barriers), groupOf(board.outputs), gatesOfLayout(groupOf(lane.layout)) ?? []),
  ]
}

const inputsOf = (wires: Group): [string, unknown][] =>
  Object.entries(wires).flatMap(([name, wire]) => (typeof wire === 'object' ? [[name, groupOf(wire).input] as [string, unknown]] : []))

function makeMistakes(path: string, said: Group): Mistake[] {
  const kind = kindOf(said)
  if (kind === null) return []
  const { takes, most, over } = BOARD_DIALECTS[kind]
  const foreign = (Object.keys(SPELT) as (keyof BoardSettings)[])
    .filter((setting) => said[SPELT[setting]] !== undefined && !(takes as readonly string[]).includes(setting))
    .map((setting) => ({
      path: `${path}.${SPELT[setting]}`,
      zh: `${kind} 没有这一项`,
      en: `is nothing a ${kind} board has`,
    }))
  const { unitAddress, address } = said
  const unit: Mistake[] =
    typeof unitAddress === 'number' && most.unit > 0 && unitAddress > most.unit
      ? [{ path: `${path}.unitAddress`, zh: `${kind} 的地址最大 ${most.unit}`, en: `addresses of ${kind} boards go to ${most.unit}` }]
      : []
  const way = typeof address === 'string' ? parseAddress(address) : null
  const datagrams = way?.ok === true && way.address.kind === 'udp'
  const wrongWay: Mistake[] =
    way?.ok === true && datagrams !== (over === 'datagrams')
      ? [
          over === 'datagrams'
            ? {
                path: `${path}.address`,
                zh: `${kind} 走 UDP：udp://地址:端口`,
                en: `a ${kind} board is reached by UDP: udp://10.0.0.5:4001`,
              }
            : { path: `${path}.address`, zh: `${kind} 走串口或 TCP`, en: `a ${kind} board is reached by serial: or tcp:` },
        ]
      : []
  return [...foreign, ...unit, ...wrongWay]
}

function beyond(path: string, wires: readonly [string, unknown][], board: Group, what: 'outputs' | 'inputs'): Mistake[] {
  const kind = kindOf(board)
  if (kind === null) return []
  const said = board[SPELT[what]]
  const most = typeof said === 'number' ? said : BOARD_DIALECTS[kind].most[what]
  return wires.flatMap(([name, wire]) => {
    if (typeof wire !== 'number' || wire < most) return []
    const at = `${path}.${name}${what === 'inputs' ? '.input' : ''}`
    if (most === 0)
      return [
        {
          path: at,
          zh: `${kind} 没有输入口：传感器接另一块板，本板写到 relays 下`,
          en: `a ${kind} board has no inputs: put the sensors on another board, and this one under relays`,
        },
      ]
    const last = most - 1
    return [
      what === 'inputs'
        ? { path: at, zh: `此板输入口只到 ${last}`, en: `the inputs of this board go to ${last}` }
        : { path: at, zh: `此板输出口只到 ${last}`, en: `the outputs of this board go to ${last}` },
    ]
  })
}

const NEEDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['vzenith', ['serialNumber']],
  ['hikvision', ['address', 'user']],
  ['dahua', ['address', 'user']],
])
const KNOWS: Readonly<Record<string, readonly string[]>> = {
  vzenith: ['kind', 'serialNumber', 'openOutput', 'closeOutput'],
  hikvision: ['kind', 'address', 'user', 'password', 'passwordFile', 'channel'],
  dahua: ['kind', 'address', 'user', 'password', 'passwordFile', 'channel', 'openType'],
}
/** The schema tells of words that no kind knows. */
const ALL = new Set(Object.values(KNOWS).flat())

function barrierMistakes(path: string, barriers: Group, outputs: Group, gates: readonly string[]): Mistake[] {
  return (['entry', 'exit'] as const).flatMap((gate): Mistake[] => {
    const driven = barriers[gate] === undefined ? null : groupOf(barriers[gate])
    const opens = `${gate}Open`
    if (driven === null)
      return !gates.includes(gate) || Object.keys(outputs).length === 0 || outputs[opens] !== undefined
        ? []
        : [{ path: `${path}.board.outputs.${opens}`, zh: '缺少此项', en: 'is missing' }]
    const under = `${path}.barriers.${gate}`
    const { kind } = driven
    const both: Mistake[] = [opens, `${gate}Close`]
      .filter((output) => outputs[output] !== undefined)
      .map((output) => ({
        path: `${path}.board.outputs.${output}`,
        zh: `此道闸已由相机控制（${under}），两处只能留一处：两个主人会抬两次杆`,
        en: `and ${under}: one of them opens this barrier; two masters lift its arm twice`,
      }))
    const needs = NEEDS.get(kind)
    if (needs === undefined) return both
    const lacks = needs.filter((key) => driven[key] === undefined)
    const foreign = Object.keys(driven).filter((key) => ALL.has(key) && KNOWS[String(kind)]?.includes(key) === false)
    const secret: Mistake[] =
      kind === 'vzenith' || (driven.password === undefined) !== (driven.passwordFile === undefined)
        ? []
        : [{ path: `${under}.password`, zh: '与 passwordFile 写且只写一个', en: 'or passwordFile: write one of them' }]
    return [
      ...both,
      ...lacks.map((key): Mistake => ({ path: `${under}.${key}`, zh: '缺少此项', en: 'is missing' })),
      ...foreign.map(
        (key): Mistake => ({ path: `${under}.${key}`, zh: `${String(kind)} 没有这一项`, en: `is nothing a ${String(kind)} barrier has` }),
      ),
      ...secret,
    ]
  })
}

/** The outputs of cameras that lift arms: no two barriers of a site have the same. */
export function barrierMarks(path: string, barriers: Group): { readonly what: string; readonly path: string }[] {
  return (['entry', 'exit'] as const).flatMap((gate) => {
    const { kind, serialNumber, openOutput = 0, closeOutput, address, channel = 1 } = groupOf(barriers[gate])
    const under = `${path}.barriers.${gate}`
    if (kind === 'vzenith' && typeof serialNumber === 'string')
      return Object.entries({ openOutput, closeOutput }).flatMap(([name, output]) =>
        typeof output === 'number' ? [{ what: `output ${output} of camera ${serialNumber.toLowerCase()}`, path: `${under}.${name}` }] : [],
      )
    if (typeof address !== 'string' || !URL.canParse(address)) return []
    return [{ what: `barrier ${String(channel)} of ${new URL(address).origin}`, path: `${under}.address` }]
  })
}
