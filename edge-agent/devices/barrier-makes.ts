import { DAHUA_LIFE_PATH, dahuaStrobePath, readDahuaAnswer } from '#dialects/board/dahua-strobe'
import {
  encodeHikvisionGate,
  hikvisionGatePath,
  hikvisionStatusPath,
  readHikvisionAnswer,
  readHikvisionStatus,
} from '#dialects/board/hikvision-gate'
import { seconds } from '#edge/units'
import type { HttpGate } from './barrier-http.ts'

/** Usual at sites; a camera that has not answered by then is busy or gone. */
const HIKVISION_WITHIN = seconds(3)
/** A Dahua camera busy recognising needed this. */
const DAHUA_WITHIN = seconds(12)

export const hikvisionGate = (channel: number): HttpGate => ({
  order: (move) => ({
    method: 'PUT',
    path: hikvisionGatePath(channel),
    headers: { 'content-type': 'application/xml' },
    body: encodeHikvisionGate(move),
    within: HIKVISION_WITHIN,
  }),
  outcomeOf: (status, body) => {
    const answer = readHikvisionAnswer(status, body)
    if (answer.kind === 'accepted') return { outcome: 'accepted', why: '' }
    if (answer.kind === 'unreadable') return { outcome: 'unknown', why: `an answer nobody can read (HTTP ${status})` }
    return { outcome: 'refused', why: `code ${answer.code} ${answer.why}` }
  },
  look: () => ({ method: 'GET', path: hikvisionStatusPath(channel), within: HIKVISION_WITHIN }),
  armIn: (body) => {
    const status = readHikvisionStatus(body)
    return status === 'no-signal' ? null : status
  },
})

export const dahuaGate = (channel: number, openType: string): HttpGate => ({
  order: (move) => ({ method: 'GET', path: dahuaStrobePath({ channel, openType }, move), within: DAHUA_WITHIN }),
  outcomeOf: (status, body) => ({ outcome: readDahuaAnswer(status, body), why: `HTTP ${status}` }),
  look: () => ({ method: 'GET', path: DAHUA_LIFE_PATH, within: DAHUA_WITHIN }),
  armIn: () => null,
})
