import type { CameraMessage } from '#dialects/camera/sighting'

/** What a way in tells the camera on top of it. */
export interface CameraEars {
  /** A message of this camera, understood or not. */
  onMessage(message: CameraMessage): void
  /** Something came for this camera that was no whole message. */
  onSpoiled(why: string): void
  /** The way to the camera is there, and gone. A way that only waits to be spoken to tells neither. */
  onFound(): void
  onLost(why: string): void
}

/** How the messages of one camera come in, and how it is answered: MQTT, a push, a stream, a poll, a serial line. */
export interface CameraWay {
  start(): void
  stop(): Promise<void>
  /** Open, and nothing sensible heard for long: try a new connection, where there is one. */
  reopen(why: string): void
  /** Asks for a picture now; it comes as a message. Left out where the camera's language has no such word. */
  photograph?(): void
}

export type OpenCameraWay = (ears: CameraEars) => CameraWay

/** Names and serial numbers of cameras are the same in upper and lower case: firmware mixes them. */
export const sameCamera = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase()
