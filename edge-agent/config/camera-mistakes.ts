import { isIP } from 'node:net'
import type { Mistake } from '#edge/mistakes'
import { parseAddress, portKey } from '../devices/address.ts'
import { type CameraKind, cameraKind, DEFAULT_CAMERA_KIND, type KindSettings } from '../devices/camera-kinds.ts'
import { readMapping } from './camera-mapping.ts'

type Group = Readonly<Record<string, unknown>>
type Needs = Readonly<Record<string, 'needed' | 'optional'>>

const SIGN_IN: Needs = { user: 'optional', password: 'optional', passwordFile: 'optional' }
const BY: Readonly<Record<CameraKind['by'], Needs>> = {
  mqtt: { serialNumber: 'needed' },
  'http-push': { path: 'needed', serialNumber: 'optional', from: 'optional', signIn: 'optional', ...SIGN_IN },
  'http-stream': { address: 'needed', ...SIGN_IN },
  'http-poll': { address: 'needed', pollSeconds: 'optional', ...SIGN_IN },
  serial: { address: 'needed' },
}
/** Settings of single kinds, by the key a configuration has for them. */
const OF_A_KIND = {
  minutesAhead: { utcOffsetMinutes: 'optional' },
  mapping: { mapping: 'needed' },
} as const satisfies Record<keyof KindSettings, Needs>
const ALL_KEYS = [...new Set([...Object.values(BY), ...Object.values(OF_A_KIND)].flatMap((needs) => Object.keys(needs)))]

const needsOf = (kind: CameraKind): Needs => ({
  ...BY[kind.by],
  ...(kind.by === 'http-push' && kind.path !== null ? { path: 'optional' } : {}),
  ...('looksAt' in kind ? Object.assign({}, ...(kind.looksAt ?? []).map((setting) => OF_A_KIND[setting])) : {}),
})

const WHAT: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  serialNumber: ['相机序列号', 'the serial number in its messages'],
  path: ['相机推送到的路径，例如 /cameras/north-front', 'the path it posts to, as in /cameras/north-front'],
  address: ['相机地址', 'its address'],
  mapping: ['字段对照文件', 'the file that says which member is what'],
}

/** What a kind needs and lacks, what has no meaning for it, and addresses and passwords that cannot be. */
export function cameraMistakes(
  path: string,
  camera: Group,
  about: { readonly hasListener: boolean; file(path: string, said: unknown): Mistake[]; here(path: string): string },
): Mistake[] {
  const name = typeof camera.kind === 'string' ? camera.kind : DEFAULT_CAMERA_KIND
  const kind = cameraKind(name)
  if (kind === null) return []
  const needs = needsOf(kind)
  return [
    ...Object.entries(needs).flatMap(([key, need]) => (need === 'needed' && camera[key] === undefined ? [lacks(path, name, key)] : [])),
    ...ALL_KEYS.flatMap((key) => (camera[key] !== undefined && needs[key] === undefined ? [idle(path, name, key)] : [])),
    ...(kind.by === 'http-push' && !about.hasListener
      ? [
          {
            path: `${path}.kind`,
            zh: `${name} 相机经 HTTP 推送，需要 cameraListener（监听地址和端口）`,
            en: `a ${name} camera pushes over HTTP: cameraListener (host and port) must say where to listen`,
          },
        ]
      : []),
    ...signInMistakes(path, camera),
    ...addressMistakes(`${path}.address`, kind, camera.address),
    ...(typeof camera.from === 'string' && isIP(camera.from) === 0
      ? [{ path: `${path}.from`, zh: `"${camera.from}" 不是 IP 地址`, en: `"${camera.from}" is not an IP address` }]
      : []),
    ...about.file(`${path}.passwordFile`, camera.passwordFile),
    ...snapshotMistakes(`${path}.snapshot`, camera.snapshot, about.file),
    ...mappingMistakes(`${path}.mapping`, camera.mapping, about.here),
  ]
}

function lacks(path: string, kind: string, key: string): Mistake {
  const [zh, en] = WHAT[key] ?? [key, key]
  return { path: `${path}.${key}`, zh: `${kind} 相机必须写 ${key}（${zh}）`, en: `a ${kind} camera needs it: ${en}` }
}

const idle = (path: string, kind: string, key: string): Mistake => ({
  path: `${path}.${key}`,
  zh: `对 ${kind} 相机没有意义`,
  en: `has no meaning for a ${kind} camera`,
})

function mappingMistakes(path: string, said: unknown, here: (path: string) => string): Mistake[] {
  const reading = typeof said === 'string' ? readMapping(here(said)) : null
  if (reading === null || reading.ok) return []
  return reading.mistakes.map((mistake) => ({ ...mistake, path: mistake.path === '' ? path : `${path}: ${mistake.path}` }))
}

function signInMistakes(path: string, { user, password, passwordFile, signIn }: Group): Mistake[] {
  const secret = password !== undefined || passwordFile !== undefined
  const both = password !== undefined && passwordFile !== undefined
  const lone = signIn === 'token' ? user !== undefined : (user === undefined) === secret
  return [
    ...(both ? [{ path: `${path}.password`, zh: '与 passwordFile 只能写一个', en: 'and passwordFile: write one of them' }] : []),
    ...(signIn === 'token' && !secret
      ? [{ path: `${path}.signIn`, zh: 'token 方式要用 password 写出口令', en: 'token needs the word itself as password' }]
      : []),
    ...(signIn !== undefined && signIn !== 'token' && user === undefined
      ? [{ path: `${path}.signIn`, zh: '需要 user 和 password', en: 'needs user and password' }]
      : []),
    ...(lone
      ? [
          {
            path: `${path}.user`,
            zh: signIn === 'token' ? 'token 方式没有用户名' : 'user 与 password（或 passwordFile）要一起写',
            en: signIn === 'token' ? 'a token has no user' : 'user and password (or passwordFile) go together',
          },
        ]
      : []),
  ]
}

function snapshotMistakes(path: string, said: unknown, file: (path: string, said: unknown) => Mistake[]): Mistake[] {
  if (typeof said !== 'object' || said === null) return []
  const { url, ...signIn } = said as Group
  const read = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null
  const whole = read !== null && /^https?:$/.test(read.protocol) && read.hostname !== '' && read.username === '' && read.password === ''
  return [
    ...(typeof url === 'string' && !whole
      ? [
          {
            path: `${path}.url`,
            zh: '应为取图地址，如 http://192.168.1.64/snapshot.jpg；用户名和口令写在 user 和 password',
            en: 'must be where it answers with a picture, as http://192.168.1.64/snapshot.jpg; user and password have keys of their own',
          },
        ]
      : []),
    ...signInMistakes(path, signIn),
    ...file(`${path}.passwordFile`, signIn.passwordFile),
  ]
}

function addressMistakes(path: string, kind: CameraKind, said: unknown): Mistake[] {
  if (typeof said !== 'string') return []
  if (kind.by === 'serial') {
    const reading = parseAddress(said)
    return reading.ok ? [] : [{ path, zh: `地址有误：${reading.reason}`, en: reading.reason }]
  }
  if (kind.by !== 'http-stream' && kind.by !== 'http-poll') return []
  const url = URL.canParse(said) ? new URL(said) : null
  const whole = url !== null && /^https?:$/.test(url.protocol) && url.hostname !== ''
  if (!whole) return [{ path, zh: '应为 http://192.168.1.64 这样的地址', en: 'must be an address like http://192.168.1.64' }]
  if (url.username === '' && url.password === '' && url.pathname === '/' && url.search === '') return []
  return [
    {
      path,
      zh: '只写协议、主机和端口；用户名和口令写在 user 和 password',
      en: 'only protocol, host and port; user and password have keys of their own',
    },
  ]
}

/** What two cameras of a site may not share; each pair is looked for among all lanes. */
export function cameraMarks(path: string, camera: Group): { readonly what: string; readonly path: string }[] {
  const { kind = DEFAULT_CAMERA_KIND, serialNumber, from, address } = camera
  const found = typeof kind === 'string' ? cameraKind(kind) : null
  const at = camera.path ?? (found?.by === 'http-push' ? found.path : undefined)
  const number = typeof serialNumber === 'string' ? serialNumber.toLowerCase() : null
  return [
    ...(number !== null ? [{ what: `camera ${number}`, path: `${path}.serialNumber` }] : []),
    // A path may be shared by cameras that are told apart by their number or their source.
    ...(typeof at === 'string' && number === null ? [{ what: `camera path ${at} ${String(from ?? '')}`, path: `${path}.path` }] : []),
    ...(typeof address === 'string' && found?.by === 'serial' ? [{ what: portKey(address), path: `${path}.address` }] : []),
  ]
}
