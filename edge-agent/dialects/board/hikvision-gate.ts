/**
 * The barrier behind a Hikvision entrance camera, over ISAPI with digest:
 *
 *     PUT /ISAPI/Parking/channels/1/barrierGate            <BarrierGate><ctrlMode>open|close|lock|unlock</ctrlMode></BarrierGate>
 *     → ResponseStatus: statusCode 1 done, 4 invalid operation (subStatusCode notSupport …)
 *     GET /ISAPI/Parking/channels/1/barrierGate/barrierGateStatus
 *     → barrierGateStatus: 0 no signal, 1 closed and in place, 2 open and in place
 *
 * 1 means accepted and no more: **a locked gate answers 1 and does nothing** (seen at a site). `lock` holds the present state until
 * `unlock`. Status 0 is common, because the limit switches are seldom wired to the camera.
 */
export type HikvisionGateMove = 'open' | 'close' | 'lock' | 'unlock'
export type HikvisionGateStatus = 'no-signal' | 'closed' | 'open'

export const hikvisionGatePath = (channel: number): string => `/ISAPI/Parking/channels/${channel}/barrierGate`
export const hikvisionStatusPath = (channel: number): string => `${hikvisionGatePath(channel)}/barrierGateStatus`

export const encodeHikvisionGate = (move: HikvisionGateMove): string =>
  `<?xml version="1.0" encoding="UTF-8"?><BarrierGate><ctrlMode>${move}</ctrlMode></BarrierGate>`

const MOVE = /<(?:\w+:)?ctrlMode>\s*(open|close|lock|unlock)\s*<\//
/** The simulator's side: what a body asks, or null. */
export const readHikvisionGate = (body: string): HikvisionGateMove | null =>
  (MOVE.exec(body.slice(0, 4_096))?.[1] as HikvisionGateMove | undefined) ?? null

export type HikvisionAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: number; readonly why: string }
  /** Not an answer to this at all: nobody knows what became of the order. */
  | { readonly kind: 'unreadable' }

/** What a `ResponseStatus` says; the root's prefix and name space differ between models, so only local names are looked at. */
export function readHikvisionAnswer(status: number, body: string): HikvisionAnswer {
  const head = body.slice(0, 4_096)
  const code = /<(?:\w+:)?statusCode>\s*(\d{1,3})\s*<\//.exec(head)?.[1]
  const why = /<(?:\w+:)?subStatusCode>\s*([\w.-]{1,40})\s*<\//.exec(head)?.[1] ?? ''
  if (code === undefined) {
    // A web server without this page has certainly moved nothing.
    return status >= 400 && status < 500 ? { kind: 'refused', code: status, why: 'no such page' } : { kind: 'unreadable' }
  }
  return Number(code) === 1 && status < 400 ? { kind: 'accepted' } : { kind: 'refused', code: Number(code), why }
}

export const encodeHikvisionAnswer = (code: number, sub: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><ResponseStatus version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"><requestURL>/ISAPI/Parking</requestURL><statusCode>${code}</statusCode><statusString>${code === 1 ? 'OK' : 'Invalid Operation'}</statusString><subStatusCode>${sub}</subStatusCode></ResponseStatus>`

const STATUS = ['no-signal', 'closed', 'open'] as const
/** Null where the camera does not say. */
export function readHikvisionStatus(body: string): HikvisionGateStatus | null {
  const said = /<(?:\w+:)?barrierGateStatus>\s*([012])\s*<\//.exec(body.slice(0, 4_096))?.[1]
  return said === undefined ? null : (STATUS[Number(said)] ?? null)
}
export const encodeHikvisionStatus = (status: HikvisionGateStatus): string =>
  `<?xml version="1.0" encoding="UTF-8"?><BarrierGateStatus version="2.0"><barrierGateStatus>${STATUS.indexOf(status)}</barrierGateStatus></BarrierGateStatus>`
