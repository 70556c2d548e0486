import { readFileSync } from 'node:fs'
import type { CameraConfig } from './cameras.ts'

/** The camera with its password out of its file and its other paths made absolute. */
export function withCameraFiles({ snapshot, ...camera }: CameraConfig, here: (path: string) => string): CameraConfig {
  return {
    ...withPassword(camera, here),
    ...(snapshot === undefined ? {} : { snapshot: withPassword(snapshot, here) }),
    ...(camera.mapping === undefined ? {} : { mapping: here(camera.mapping) }),
  }
}

const withPassword = <T extends { passwordFile?: string }>({ passwordFile, ...rest }: T, here: (path: string) => string) => ({
  ...rest,
  ...(passwordFile === undefined ? {} : { password: readFileSync(here(passwordFile), 'utf8').trim() }),
})
