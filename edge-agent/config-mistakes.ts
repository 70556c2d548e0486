import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Mistake } from '#edge/mistakes'
import { barrierMarks, boardMistakes } from './config/board-mistakes.ts'
import { cameraMarks, cameraMistakes } from './config/camera-mistakes.ts'
import { consoleMistakes } from './config/console.ts'
import { driverMistakes } from './config/driver-mistakes.ts'
import { layoutMistakes } from './config/layout-mistakes.ts'
import { indicatorMistakes, sharedLines } from './config/scale-mistakes.ts'
import { parseAddress, portKey } from './devices/address.ts'

/**
 * What the configuration's schema cannot say: addresses that do not parse, clear text outside loopback, files that cannot be read,
 * lanes, wires or cameras used twice, scales and rules that contradict themselves. Looks only at what has the right kind already;
 * the schema tells the rest. `here` makes a path of the file absolute.
 */
export function deeperMistakes(value: unknown, here: (path: string) => string): Mistake[] {
  const { cloud, lanes, cameraListener, console } = groupOf(value)
  const cameras = {
    hasListener: cameraListener !== undefined,
    file: (path: string, said: unknown) => fileMistakes(path, said, here, 'something in it'),
    here,
  }
  const tls = groupOf(groupOf(console).tls)
  return [
    ...cloudMistakes(groupOf(cloud), here),
    ...consoleMistakes(console),
    ...(['certificate', 'key'] as const).flatMap((file) => fileMistakes(`console.tls.${file}`, tls[file], here, 'something in it')),
    ...laneMistakes(listOf(lanes), cameras),
  ]
}

type Group = Readonly<Record<string, unknown>>
const groupOf = (value: unknown): Group => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Group) : {})
const listOf = (value: unknown): Group[] => (Array.isArray(value) ? value.map(groupOf) : [])

function cloudMistakes(cloud: Group, here: (path: string) => string): Mistake[] {
  const urls = (['mqtt', 'https'] as const).flatMap((key) => urlMistakes(`cloud.${key}`, cloud[key]))
  const files = (['passwordFile', 'ca'] as const).flatMap((key) => fileMistakes(`cloud.${key}`, cloud[key], here))
  const both: Mistake[] =
    typeof cloud.password === 'string' && typeof cloud.passwordFile === 'string'
      ? [{ path: 'cloud.password', zh: '与 cloud.passwordFile 只能写一个', en: 'and cloud.passwordFile: write one of them' }]
      : []
  return [...urls, ...both, ...files]
}

/** Outside loopback everything is TLS (DESIGN.md D20). A name is not loopback, whatever it begins with. */
function urlMistakes(path: string, said: unknown): Mistake[] {
  if (typeof said !== 'string' || !/^(mqtts?|https?):\/\//.test(said)) return []
  const url = URL.canParse(said) ? new URL(said) : null
  if (!url?.hostname) return [{ path, zh: '不是完整的地址', en: `"${said}" is not a whole address, as in mqtts://cloud.example:8883` }]
  const { protocol, hostname } = url
  const loopback = hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  if (loopback || protocol === 'mqtts:' || protocol === 'https:') return []
  return [{ path, zh: '回环地址以外必须加密：用 mqtts:// 或 https://', en: 'must be encrypted outside loopback: mqtts:// or https://' }]
}

/** The cloud's password comes with the enrolment, which wants the agent's key first: its file may still be empty, and the cloud refuses. */
function fileMistakes(
  path: string,
  said: unknown,
  here: (path: string) => string,
  wanted: 'something in it' | 'there' = 'there',
): Mistake[] {
  if (typeof said !== 'string') return []
  try {
    const words = readFileSync(here(said), 'utf8').trim()
    // An empty word would let everybody in.
    if (words !== '' || wanted === 'there') return []
    return [{ path, zh: `文件 ${here(said)} 是空的`, en: `the file ${here(said)} is empty` }]
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return [{ path, zh: `文件 ${here(said)} 打不开（${code}）`, en: `cannot read the file ${here(said)} (${code})` }]
  }
}

/** Remembers what was used where; what is used again is a mistake that names the first. */
type Twice = (what: string, path: string) => Mistake[]
function usedOnce(): Twice {
  const used = new Map<string, string>()
  return (what, path) => {
    const before = used.get(what)
    if (before === undefined) used.set(what, path)
    return before === undefined ? [] : [{ path, zh: `与 ${before} 重复`, en: `is the same as ${before}` }]
  }
}

function laneMistakes(lanes: readonly Group[], cameras: Parameters<typeof cameraMistakes>[2]): Mistake[] {
  const twice = usedOnce()
  const shared = sharedLines(cameras.here)
  return lanes.flatMap((lane, at) => {
    const path = `lanes.${at}`
    const indicator = { path: `${path}.scale`, scale: groupOf(lane.scale) }
    return [
      ...(typeof lane.lane === 'string' ? twice(`lane ${lane.lane}`, `${path}.lane`) : []),
      ...addressMistakes(`${path}.scale.address`, indicator.scale.address, (port, where) => shared(port, indicator) ?? twice(port, where)),
      ...(lane.scale === undefined ? [] : indicatorMistakes(indicator.path, indicator.scale, cameras.here)),
      ...(['board', 'reader'] as const).flatMap((device) =>
        addressMistakes(`${path}.${device}.address`, groupOf(lane[device]).address, twice),
      ),
      ...addressMistakes(`${path}.board.relays.address`, groupOf(groupOf(lane.board).relays).address, twice),
      ...wireMistakes(`${path}.board`, groupOf(lane.board), twice),
      ...detectorMistakes(path, groupOf(lane.detector), twice),
      ...boardMistakes(path, lane),
      ...layoutMistakes(path, lane),
      ...driverMistakes(path, lane, (under, said) => addressMistakes(under, said, twice)),
      ...barrierMarks(path, groupOf(lane.barriers)).flatMap((mark) => twice(mark.what, mark.path)),
      ...(['entry', 'exit'] as const).flatMap((gate) =>
        cameras.file(`${path}.barriers.${gate}.passwordFile`, groupOf(groupOf(lane.barriers)[gate]).passwordFile),
      ),
      ...listOf(lane.cameras).flatMap((camera, nth) => {
        const at = `${path}.cameras.${nth}`
        return [...cameraMistakes(at, camera, cameras), ...cameraMarks(at, camera).flatMap((mark) => twice(mark.what, mark.path))]
      }),
      ...scaleMistakes(path, groupOf(lane.scaleRecord), groupOf(lane.rules)),
    ]
  })
}

function addressMistakes(path: string, said: unknown, twice: Twice): Mistake[] {
  if (typeof said !== 'string') return []
  const reading = parseAddress(said)
  if (reading.ok && reading.address.kind === 'udp' && !path.includes('.board.'))
    return [{ path, zh: '此设备不走 UDP：serial: 或 tcp:', en: 'is not reached by UDP: serial: or tcp:' }]
  return reading.ok ? twice(portKey(said), path) : [{ path, zh: `地址有误：${reading.reason}`, en: reading.reason }]
}

/** The detector's contacts are inputs of the board like any sensor's. */
const detectorMistakes = (path: string, { signal, life }: Group, twice: Twice): Mistake[] =>
  Object.entries({ signal, life }).flatMap(([name, wire]) => {
    const { input } = groupOf(wire)
    return typeof input === 'number' ? twice(`${path}.board input ${input}`, `${path}.detector.${name}`) : []
  })

function wireMistakes(path: string, { outputs, inputs }: Group, twice: Twice): Mistake[] {
  const wired = (kind: 'output' | 'input', under: string, wire: unknown): Mistake[] =>
    typeof wire === 'number' ? twice(`${path} ${kind} ${wire}`, under) : []
  return [
    ...Object.entries(groupOf(outputs)).flatMap(([name, output]) => wired('output', `${path}.outputs.${name}`, output)),
    ...Object.entries(groupOf(inputs)).flatMap(([name, wire]) => wired('input', `${path}.inputs.${name}`, groupOf(wire).input)),
  ]
}

/** `emptyBelowKg` and `vehicleFromKg` as they stand or by default: see `rulesOf`. */
function scaleMistakes(path: string, { eKg, minKg, maxKg }: Group, rules: Group): Mistake[] {
  if (typeof eKg !== 'number') return []
  const least = 20 * eKg
  const empty = thresholds(eKg, rules)
  return [
    ...(typeof minKg === 'number' && minKg < least
      ? [
          {
            path: `${path}.scaleRecord.minKg`,
            zh: `III 级秤最小秤量为 20 e，即 ${least} kg`,
            en: `a class III scale has Min = 20 e, here ${least} kg`,
          },
        ]
      : []),
    ...(typeof maxKg === 'number' && typeof minKg === 'number' && maxKg <= minKg
      ? [{ path: `${path}.scaleRecord.maxKg`, zh: '最大秤量应大于最小秤量', en: 'must be above minKg' }]
      : []),
    ...(empty.belowKg >= empty.vehicleFromKg
      ? [
          {
            path: `${path}.rules.emptyBelowKg`,
            zh: `空秤界限 ${empty.belowKg} kg 应小于来车界限 ${empty.vehicleFromKg} kg`,
            en: `empty is below ${empty.belowKg} kg, but there is a vehicle from ${empty.vehicleFromKg} kg on: it must be less`,
          },
        ]
      : []),
  ]
}

/** From which weight on there is a vehicle, and below which the platform is empty. */
export function thresholds(
  eKg: number,
  { vehicleFromKg, emptyBelowKg }: { readonly vehicleFromKg?: unknown; readonly emptyBelowKg?: unknown },
): { readonly vehicleFromKg: number; readonly belowKg: number } {
  return {
    vehicleFromKg: typeof vehicleFromKg === 'number' ? vehicleFromKg : 1_000,
    belowKg: typeof emptyBelowKg === 'number' ? emptyBelowKg : Math.max(100, 10 * eKg),
  }
}
