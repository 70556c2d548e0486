import { seconds } from '#edge/units'
import { EdgeError } from '../errors.ts'
import type { HttpDevice } from './http-device.ts'

/** One picture from the web server of a camera. Throws an EdgeError where it does not give one. */
export interface Snapshot {
  take(): Promise<Uint8Array>
  stop(): void
}

/** A camera busy recognising takes its time; a picture of later than this shows another moment. */
const WITHIN = seconds(5)

/** `GET` of the path under which the maker answers with a JPEG (`SNAPSHOT_PATHS` in camera-kinds.ts, or as configured). */
export const httpSnapshot = (device: HttpDevice, path: string): Snapshot => ({
  async take() {
    const { status, body } = await device.request({ method: 'GET', path, within: WITHIN })
    if (status !== 200) throw new EdgeError('port-lost', { why: `the camera answered ${status} where its picture should be` })
    return body
  },
  stop: () => device.stop(),
})
