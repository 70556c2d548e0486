import type { PlateColour } from '#edge/plate'

/** What one message of one plate camera says, in our words. Raw values stay beside decoded ones; times are never mixed. */
export type CameraMessage =
  | {
      readonly kind: 'sighting'
      /** Sent about 100 ms ahead of the result, without picture: the same passage. */
      readonly preview: boolean
      readonly device: string
      /** The vendor's own record number or unique id, if any: repeats carry the same. */
      readonly record: string | null
      /** Text as the camera gave it after its transport encoding was undone; never assumed to be a plate. */
      readonly text: string
      readonly colour: PlateColour
      readonly colourRaw: string | null
      /** The maker's class of plate as a word of ours (`yellow`, `trailer`, `nev-large`, `no-plate-vehicle` …), null when absent. */
      readonly plateType: string | null
      /** Where the vehicle moves in the picture; null when the camera did not say. */
      readonly direction: 'unknown' | 'left' | 'right' | 'up' | 'down' | null
      /** 0–100 or null when absent or out of range; the raw value beside it. */
      readonly confidence: number | null
      readonly confidenceRaw: string | null
      /** The device's own idea of the time, milliseconds since 1970, or null when it has none worth reading. Decide on receive time. */
      readonly deviceTime: number | null
      readonly clockSuspect: boolean
      readonly backfill: boolean
      readonly fake: boolean
      /** JPEGs as they came, to be stored by hash and never in the record. */
      readonly pictures: readonly Uint8Array[]
    }
  | { readonly kind: 'heartbeat'; readonly device: string }
  | {
      readonly kind: 'input'
      readonly device: string
      readonly input: number
      readonly on: boolean
    }
  | {
      readonly kind: 'serial'
      readonly device: string
      readonly bytes: Uint8Array
    }
  | {
      readonly kind: 'lane-event'
      readonly device: string
      /** `passed`, `turned-back`, `tailgating`, … or `event-<n>` for a number the maker does not explain. */
      readonly event: string
      readonly text: string | null
      readonly colour: PlateColour
    }
  | {
      readonly kind: 'command-reply'
      readonly device: string
      readonly id: string
      readonly ok: boolean
    }
  | {
      readonly kind: 'ignored'
      readonly device: string | null
      readonly why: string
    }
  | {
      readonly kind: 'error'
      readonly device: string | null
      readonly why: 'not-json' | 'truncated-json' | 'missing-plate-result' | 'device-mismatch' | 'bad-topic' | 'too-long'
    }
