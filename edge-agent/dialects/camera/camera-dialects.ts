import { axisVerifier } from './axis-verifier.ts'
import { dahuaEvent } from './dahua-event.ts'
import { dahuaItsapi } from './dahua-itsapi.ts'
import { dahuaSnap } from './dahua-snap.ts'
import { gat1400 } from './gat1400.ts'
import { hikvision } from './hikvision.ts'
import { lilin } from './lilin.ts'
import { milesight } from './milesight.ts'
import { openAlpr } from './openalpr.ts'
import { plateRecognizer } from './plate-recognizer.ts'
import { qianyiMqtt } from './qianyi-mqtt.ts'
import { serial8a7f } from './serial-8a7f.ts'
import type { CameraDialect } from './sighting.ts'
import { survision } from './survision.ts'
import { unifiProtect } from './unifi-protect.ts'
import { vzenithHttp, vzenithOemHttp } from './vzenith-http.ts'
import { vzenithMqtt, vzenithOemMqtt } from './vzenith-mqtt.ts'

/** Every camera language we speak, by the name a configuration uses; `mapped-json` is made of a profile, see `mapped-json.ts`. */
const ALL: readonly CameraDialect[] = [
  vzenithMqtt,
  vzenithOemMqtt,
  vzenithHttp,
  vzenithOemHttp,
  qianyiMqtt,
  openAlpr,
  plateRecognizer,
  unifiProtect,
  survision,
  axisVerifier,
  milesight,
  lilin,
  hikvision,
  dahuaEvent(),
  dahuaSnap(),
  dahuaItsapi(),
  dahuaItsapi({ resultAs: 'boolean' }),
  gat1400,
  serial8a7f,
]
export const CAMERA_DIALECTS: Readonly<Record<string, CameraDialect>> = Object.fromEntries(ALL.map((dialect) => [dialect.name, dialect]))

/** The dialect of that name, or null: the caller says which names there are (`Object.keys(CAMERA_DIALECTS)`). */
export const cameraDialect = (name: string): CameraDialect | null =>
  Object.hasOwn(CAMERA_DIALECTS, name) ? (CAMERA_DIALECTS[name] ?? null) : null
