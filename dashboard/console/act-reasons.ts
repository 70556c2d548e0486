import type { ActReason, ManualAct } from '#edge/acts'

/** The reasons that can honestly stand behind each act, at most nine so that one digit chooses; `other`, which asks for words, is last. */
export const REASONS_FOR: Readonly<Record<ManualAct, readonly ActReason[]>> = {
  release: ['checked-by-eye', 'papers-checked', 'plate-unreadable', 'camera-failed', 'tipped-off', 'regulator-order', 'emergency', 'other'],
  refuse: ['checked-by-eye', 'papers-checked', 'wrong-vehicle', 'regulator-order', 'other'],
  lift: [
    'emergency',
    'vehicle-stuck',
    'barrier-failed',
    'scale-failed',
    'camera-failed',
    'regulator-order',
    'maintenance',
    'checked-by-eye',
    'other',
  ],
  hold: ['wrong-vehicle', 'checked-by-eye', 'papers-checked', 'regulator-order', 'emergency', 'other'],
  're-weigh': ['moved-on-scale', 'tipped-off', 'scale-failed', 'checked-by-eye', 'regulator-order', 'other'],
  void: ['wrong-vehicle', 'moved-on-scale', 'scale-failed', 'regulator-order', 'other'],
  plate: ['plate-unreadable', 'camera-failed', 'wrong-vehicle', 'other'],
  'attended-on': ['maintenance', 'camera-failed', 'scale-failed', 'barrier-failed', 'regulator-order', 'emergency', 'other'],
  'attended-off': ['checked-by-eye', 'maintenance', 'regulator-order', 'other'],
  resume: ['checked-by-eye', 'vehicle-stuck', 'scale-failed', 'barrier-failed', 'camera-failed', 'maintenance', 'emergency', 'other'],
}

/** `other` says nothing by itself. */
export const NOTE_LEAST = 5
export const noteIsEnough = (reason: ActReason | null, note: string): boolean =>
  reason !== 'other' || [...note].filter((letter) => /[\p{L}\p{N}]/u.test(letter)).length >= NOTE_LEAST
