import type { CameraDialect } from './sighting.ts'
import { vzenithHttp, vzenithOemHttp } from './vzenith-http.ts'
import { vzenithMqtt, vzenithOemMqtt } from './vzenith-mqtt.ts'

/** Every camera language we speak, by the name a configuration uses. */
export const CAMERA_DIALECTS: Readonly<Record<string, CameraDialect>> = {
  [vzenithMqtt.name]: vzenithMqtt,
  [vzenithOemMqtt.name]: vzenithOemMqtt,
  [vzenithHttp.name]: vzenithHttp,
  [vzenithOemHttp.name]: vzenithOemHttp,
}

/** The dialect of that name, or null: the caller says which names there are (`Object.keys(CAMERA_DIALECTS)`). */
export const cameraDialect = (name: string): CameraDialect | null =>
  Object.hasOwn(CAMERA_DIALECTS, name) ? (CAMERA_DIALECTS[name] ?? null) : null
