import { isIP } from 'node:net'
import Type, { type Static } from 'typebox'
import type { Mistake } from '#edge/mistakes'
import { strict } from './common.ts'

/** Where the operator's console and the driver's display are served. */
export const ConsoleConfigSchema = Type.Object(
  {
    /** An address of this computer; 127.0.0.1 is for its own screens only. */
    host: Type.Optional(Type.String({ minLength: 1, maxLength: 45 })),
    /** 0 takes any free port. */
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    /** Names under which browsers may ask for it, beside its addresses. */
    names: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', maxLength: 100 }), { minItems: 1, maxItems: 8 }),
    ),
    /** In the address of a driver's display on another computer it lets that screen show one-time codes. */
    displayKey: Type.Optional(Type.String()),
    /** Files in PEM. */
    tls: Type.Optional(Type.Object({ certificate: Type.String({ minLength: 1 }), key: Type.String({ minLength: 1 }) }, strict)),
  },
  strict,
)
export type ConsoleConfig = Static<typeof ConsoleConfigSchema>

export interface ConsolePlace {
  readonly host: string
  readonly port: number
  readonly names: readonly string[]
  readonly tls: { readonly certificate: string; readonly key: string } | null
}

/** Without a word in the configuration: on this computer, at this port. */
export const CONSOLE_PORT = 8_085
export const consolePlace = ({ host = '127.0.0.1', port = CONSOLE_PORT, names = [], tls }: ConsoleConfig = {}): ConsolePlace => ({
  host,
  port,
  names,
  tls: tls ?? null,
})

/** A name is not loopback, whatever it begins with. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Networks nobody reaches from the Internet (RFC 1918, 3927, 4193, 4291). */
export function isPrivate(host: string): boolean {
  if (isIP(host) === 6) return /^(f[cd]|fe[89ab])/i.test(host)
  const [a = 0, b = 0] = isIP(host) === 4 ? host.split('.').map(Number) : []
  return a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 169 && b === 254)
}

/** What the schema of the console’s part cannot say, in the words of whoever writes it. */
export function consoleMistakes(said: unknown): Mistake[] {
  if (typeof said !== 'object' || said === null) return []
  const { displayKey } = said as { readonly displayKey?: unknown }
  return [...hostMistakes(said), ...(typeof displayKey === 'string' && !DISPLAY_KEY.test(displayKey) ? [WRONG_KEY] : [])]
}

/** It stands in an address, and nobody on the network must guess it. */
const DISPLAY_KEY = /^[A-Za-z0-9_-]{16,64}$/
const WRONG_KEY: Mistake = {
  path: 'console.displayKey',
  zh: '应为 16 至 64 位字母、数字、- 或 _',
  en: 'must be 16 to 64 letters, digits, - or _',
}

/** In clear the console goes no further than this computer and the site's own network: a PIN travels on it. */
function hostMistakes({ host, tls }: { readonly host?: unknown; readonly tls?: unknown }): Mistake[] {
  if (typeof host !== 'string' || isLoopback(host)) return []
  if (isIP(host) === 0)
    return [
      {
        path: 'console.host',
        zh: '请写本机的 IP 地址，例如 192.168.1.10',
        en: 'must be an IP address of this computer, such as 192.168.1.10',
      },
    ]
  if (tls !== undefined || isPrivate(host)) return []
  return [
    {
      path: 'console.host',
      zh: '明文只能用于回环地址或站内专用网段（10.、172.16–31.、192.168.）；其他地址请配置 console.tls',
      en: 'may be served in clear on loopback or a private address (10., 172.16–31., 192.168.) only: for any other write console.tls',
    },
  ]
}
