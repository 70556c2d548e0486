import { encodeVzenithReply, readVzenithCommand } from '#dialects/camera/vzenith-command'
import { encodeVzenithSnapshot, type VzenithMessage } from '#dialects/camera/vzenith-encode'
import type { Instant } from '#edge/units'
import { photo } from './photo.ts'

/** What a Vzenith camera says when it is told to take a picture: that it has understood, and then the picture. Nothing to other commands. */
export function answerToSnapshot(topic: string, payload: Uint8Array, at: Instant, scene: string): readonly VzenithMessage[] {
  const heard = readVzenithCommand(topic, payload)
  if (heard?.name !== 'snapshot') return []
  const { device, layout } = heard
  return [encodeVzenithReply(heard, 200, at), encodeVzenithSnapshot({ device, at, jpeg: photo(scene) }, layout)]
}
