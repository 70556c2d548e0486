/**
 * The barrier behind a Dahua entrance camera, over HTTP with digest:
 *
 *     GET /cgi-bin/trafficSnap.cgi?action=openStrobe&channel=1&info.openType=Normal[&info.plateNumber=…]
 *     GET /cgi-bin/trafficSnap.cgi?action=closeStrobe&channel=1&info.openType=Normal
 *     → 200 OK, text `OK`; else 400 or 501 with `Error` and words
 *
 * One site's camera wanted channel 0 and openType `Test`. A camera that is busy recognising takes up to 12 s to answer. A client seen in
 * the field tries twice, 0.8 s apart; this one never does: the first may have been obeyed, and the second lifts the arm for the next.
 *
 * `GET /cgi-bin/alarm.cgi?action=getInState` (the inputs as a bit mask, `result=3`) is asked as a sign of life.
 */
export interface DahuaStrobe {
  readonly channel: number
  readonly openType: string
}

export const DAHUA_LIFE_PATH = '/cgi-bin/alarm.cgi?action=getInState'

export const dahuaStrobePath = ({ channel, openType }: DahuaStrobe, move: 'open' | 'close'): string =>
  `/cgi-bin/trafficSnap.cgi?action=${move}Strobe&channel=${channel}&info.openType=${encodeURIComponent(openType)}`

/** The simulator's side. */
export function readDahuaStrobe(path: string): (DahuaStrobe & { readonly move: 'open' | 'close' }) | null {
  const [, move, channel, openType] =
    /^\/cgi-bin\/trafficSnap\.cgi\?action=(open|close)Strobe&channel=(\d{1,3})&info\.openType=([A-Za-z]{1,20})(?:&|$)/.exec(path) ?? []
  if ((move !== 'open' && move !== 'close') || channel === undefined || openType === undefined) return null
  return { move, channel: Number(channel), openType }
}

/** `unknown`: an answer nobody can read; the arm may have moved. */
export function readDahuaAnswer(status: number, body: string): 'accepted' | 'refused' | 'unknown' {
  const said = body.slice(0, 200).trim()
  if (status === 200) return /^OK\b/i.test(said) ? 'accepted' : /^Error/i.test(said) ? 'refused' : 'unknown'
  // It understood that it does not understand, or that we may not: nothing moved. A failure on its own side is another thing.
  return (status >= 400 && status < 500) || status === 501 ? 'refused' : 'unknown'
}
