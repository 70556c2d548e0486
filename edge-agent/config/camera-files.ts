import { readFileSync } from 'node:fs'
import type { CameraConfig } from './cameras.ts'

/** The camera with its password out of its file and its other paths made absolute. */
export function withCameraFiles({ passwordFile, ...camera }: CameraConfig, here: (path: string) => string): CameraConfig {
  return {
    ...camera,
    ...(passwordFile === undefined ? {} : { password: readFileSync(here(passwordFile), 'utf8').trim() }),
    ...(camera.mapping === undefined ? {} : { mapping: here(camera.mapping) }),
  }
}
