/**
 * Where a device's bytes come from, as one line of configuration:
 *
 *     serial:///dev/ttyS0?baud=9600&data=8&parity=none&stop=1&dtr=low&rts=low
 *     serial:COM3?baud=4800&data=7&parity=even&stop=2
 *     tcp://10.0.0.5:4001          a serial server; also tcp://[fe80::1]:4001
 *     udp://10.0.0.5:4001          a board that is asked and answers in datagrams
 *
 * What is left out is 9600 8N1 with both control lines low: several indicators and adapters reset or hang when DTR or RTS rises.
 */
export type ByteAddress = SerialAddress | TcpAddress | UdpAddress

export interface SerialAddress {
  readonly kind: 'serial'
  readonly path: string
  readonly baud: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
  readonly dtr: boolean
  readonly rts: boolean
}

export interface TcpAddress {
  readonly kind: 'tcp'
  readonly host: string
  readonly port: number
}

export interface UdpAddress {
  readonly kind: 'udp'
  readonly host: string
  readonly port: number
}

/** `mistakes` names every one; `reason` is all of them in one sentence. */
export type AddressReading =
  | { readonly ok: true; readonly address: ByteAddress }
  | { readonly ok: false; readonly reason: string; readonly mistakes: readonly string[] }

export function parseAddress(text: string): AddressReading {
  if (text.startsWith('serial:')) return parseSerial(text.slice('serial:'.length))
  if (text.startsWith('tcp:')) return parseNetwork('tcp', text.slice('tcp:'.length))
  if (text.startsWith('udp:')) return parseNetwork('udp', text.slice('udp:'.length))
  return wrong([`"${text}" must begin with serial: or tcp:, as in serial:///dev/ttyS0?baud=9600, serial:COM3 or tcp://10.0.0.5:4001`])
}

/** Two addresses that lead to the same port have the same key, whatever line settings are written behind it. */
export function portKey(text: string): string {
  const reading = parseAddress(text)
  if (!reading.ok) return text
  const { address } = reading
  return address.kind === 'serial' ? `serial ${address.path}` : `${address.kind} ${address.host.toLowerCase()} ${address.port}`
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  data: ['7', '8'],
  parity: ['none', 'even', 'odd'],
  stop: ['1', '2'],
  dtr: ['low', 'high'],
  rts: ['low', 'high'],
}

function parseSerial(rest: string): AddressReading {
  const cut = rest.indexOf('?')
  const place = cut < 0 ? rest : rest.slice(0, cut)
  const path = place.startsWith('//') ? place.slice(2) : place
  const mistakes: string[] = []
  if (path === '') mistakes.push('the port is missing: serial:///dev/ttyS0 or serial:COM3')
  else if (place.startsWith('//') && !path.startsWith('/'))
    mistakes.push(`a path has three slashes: serial:///${path}; a name has none: serial:${path}`)

  const said = new Map<string, string>()
  for (const pair of cut < 0 ? [] : rest.slice(cut + 1).split('&')) {
    const [key = '', value = ''] = pair.split('=', 2)
    const words = WORDS[key]
    if (key !== 'baud' && words === undefined)
      mistakes.push(`"${key}" is not a line setting; those are baud, ${Object.keys(WORDS).join(', ')}`)
    else if (said.has(key)) mistakes.push(`${key} is said twice`)
    else if (key === 'baud' && !(/^\d{2,7}$/.test(value) && Number(value) >= 50))
      mistakes.push(`baud=${value} is no baud rate; 1200 to 115200 are usual`)
    else if (words !== undefined && !words.includes(value)) mistakes.push(`${key}=${value}: it may be ${words.join(' or ')}`)
    said.set(key, value)
  }
  if (mistakes.length > 0) return wrong(mistakes)
  const parity = said.get('parity')
  return {
    ok: true,
    address: {
      kind: 'serial',
      path,
      baud: Number(said.get('baud') ?? 9600),
      dataBits: said.get('data') === '7' ? 7 : 8,
      parity: parity === 'even' || parity === 'odd' ? parity : 'none',
      stopBits: said.get('stop') === '2' ? 2 : 1,
      dtr: said.get('dtr') === 'high',
      rts: said.get('rts') === 'high',
    },
  }
}

function parseNetwork(kind: 'tcp' | 'udp', rest: string): AddressReading {
  const parts = /^\/\/(\[[0-9A-Fa-f:.%\w]+\]|[^:/?#@[\]]+)?(?::([^/?#]*))?(.*)$/.exec(rest)
  const [, host = '', port = '', tail = ''] = parts ?? []
  const mistakes: string[] = []
  if (host === '') mistakes.push(`the host is missing: ${kind}://10.0.0.5:4001`)
  if (!(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    mistakes.push(port === '' ? `the port is missing: ${kind}://10.0.0.5:4001` : `port ${port} is not between 1 and 65535`)
  }
  if (tail !== '') mistakes.push(`"${tail}" has no meaning after host and port; the line settings of a serial server are set in the server`)
  if (mistakes.length > 0) return wrong(mistakes)
  return { ok: true, address: { kind, host: host.replace(/^\[|\]$/g, ''), port: Number(port) } }
}

const wrong = (mistakes: readonly string[]): AddressReading => ({ ok: false, mistakes, reason: mistakes.join('; ') })
