import type { PlateColour } from '#edge/plate'

/** What one message of one plate camera says, in our words. Raw values stay beside decoded ones; times are never mixed. */
export type CameraMessage =
  | {
      readonly kind: 'sighting'
      /** Sent about 100 ms ahead of the result, without picture: the same passage. */
      readonly preview: boolean
      /** Null where the maker's message does not name its sender: the connection or line it came on does. */
      readonly device: string | null
      /** The vendor's own record number or unique id, if any: repeats carry the same. */
      readonly record: string | null
      /** Text as the camera gave it after its transport encoding was undone; never assumed to be a plate. */
      readonly text: string
      readonly colour: PlateColour
      readonly colourRaw: string | null
      /** The maker's class of plate as a word of ours (`yellow`, `trailer`, `nev-large`, `no-plate-vehicle` …), null when absent. */
      readonly plateType: string | null
      /** The vendor's word for where the vehicle moves (`down`, `reverse`, `in`, `Approach`, degrees …); null when it did not say. */
      readonly direction: string | null
      /** 0–100 (fractions where the maker sends them) or null when absent or out of range; the value as sent beside it. */
      readonly confidence: number | null
      readonly confidenceRaw: string | number | null
      /** The device's own idea of the time, milliseconds since 1970, or null when it has none worth reading. Decide on receive time. */
      readonly deviceTime: number | null
      readonly clockSuspect: boolean
      readonly backfill: boolean
      readonly fake: boolean
      /** JPEGs as they came, to be stored by hash and never in the record. */
      readonly pictures: readonly Uint8Array[]
      /** What only some makers say. Left out where nothing of it came. */
      readonly beside?: SightingBeside
      /** What the camera waits for in answer to this very message, or it sends it again. */
      readonly reply?: CameraReply
    }
  | {
      readonly kind: 'heartbeat'
      readonly device: string | null
      readonly deviceTime?: number | null
      /** Where the maker counts its messages. */
      readonly seq?: number
      readonly reply?: CameraReply
    }
  | {
      readonly kind: 'input'
      readonly device: string | null
      readonly input: number
      readonly on: boolean
      readonly deviceTime?: number | null
      readonly reply?: CameraReply
    }
  | {
      readonly kind: 'serial'
      readonly device: string | null
      readonly bytes: Uint8Array
      readonly deviceTime?: number | null
      readonly reply?: CameraReply
    }
  | {
      readonly kind: 'lane-event'
      readonly device: string
      /** `passed`, `turned-back`, `tailgating`, … or `event-<n>` for a number the maker does not explain. */
      readonly event: string
      readonly text: string | null
      readonly colour: PlateColour
      readonly colourRaw?: string | null
      readonly deviceTime?: number | null
      readonly reply?: CameraReply
    }
  /** A picture that was asked for: the whole scene, of no plate in particular. */
  | {
      readonly kind: 'picture'
      readonly device: string | null
      readonly pictures: readonly Uint8Array[]
      readonly deviceTime?: number | null
      readonly reply?: CameraReply
    }
  | {
      readonly kind: 'command-reply'
      readonly device: string | null
      readonly id: string
      readonly ok: boolean
      readonly deviceTime?: number | null
    }
  | {
      readonly kind: 'ignored'
      readonly device: string | null
      readonly why: string
      readonly deviceTime?: number | null
      readonly reply?: CameraReply
    }
  | {
      readonly kind: 'error'
      readonly device: string | null
      readonly why: CameraMistake
      /** Where the maker's protocol has a word for a message that was not understood. */
      readonly reply?: CameraReply
    }

export type CameraMistake =
  | 'empty-body'
  | 'not-json'
  | 'truncated-json'
  | 'not-xml'
  | 'truncated-xml'
  | 'bad-multipart'
  | 'bad-encoding'
  | 'missing-plate-result'
  | 'device-mismatch'
  | 'bad-topic'
  | 'bad-path'
  | 'checksum'
  | 'bad-frame'
  | 'too-long'

export type Sighting = Extract<CameraMessage, { kind: 'sighting' }>

export interface SightingBeside {
  /** The maker's own number or word behind `plateType`, and its number behind `direction`, as sent. */
  readonly plateTypeRaw?: string
  readonly directionRaw?: string
  readonly lane?: number
  /** Other texts the camera thought of, best first. */
  readonly candidates?: readonly string[]
  /** Per character, 0–100. */
  readonly charConfidence?: readonly number[]
  /** The colour character some makers put before the plate, already taken off `text`. */
  readonly prefixColour?: string
  /** Why there is no plate, where the maker tells the two apart. */
  readonly noPlate?: 'vehicle-without-plate' | 'not-recognised'
  /** Device time without a zone, as text: it is no moment. */
  readonly deviceTimeText?: string
  /** The bytes were not the UTF-8 they should have been. */
  readonly encoding?: 'gbk'
  /** The plate of the other end, where one message carries both (GA/T 1400 `PlateNoAttach`, Dahua `BackPlateNumber`). */
  readonly attachedText?: string
  /** Further plates in the same picture: a neighbour in the queue as well as a trailer. */
  readonly alsoInView?: readonly string[]
  readonly axles?: number
  /** The end of the vehicle the picture shows, where the camera knows. */
  readonly vehicleEnd?: 'front' | 'rear'
  /** The camera itself moved a barrier or an output: two masters drive one arm. */
  readonly openedByCamera?: boolean
  readonly seq?: number
}

/** An answer in the camera's own words, ready to go out on the way the message came in. */
export type CameraReply =
  | { readonly as: 'json'; readonly status: number; readonly body: unknown }
  | { readonly as: 'text'; readonly status: number; readonly contentType: string; readonly body: string }
  /** Over MQTT: to this topic. */
  | { readonly as: 'mqtt'; readonly topic: string; readonly body: unknown }
  | { readonly as: 'bytes'; readonly bytes: Uint8Array }

/** One message as it came in, whatever carried it. */
export interface Envelope {
  /** The MQTT topic, or the path (with query) of the request. */
  readonly place: string
  /** Lower-case names; of MQTT and serial messages none. `content-type` is the one that matters most. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** When it was received, milliseconds since 1970: some answers carry the host's time. */
  readonly receivedAt: number
}

/** A maker's language: one envelope may hold several messages (a heartbeat before a plate, ten vehicles in one list). */
export interface CameraDialect {
  readonly name: string
  /** The makers and models that speak it, for people: one line. */
  readonly about: string
  readonly carriedBy: 'mqtt' | 'http-push' | 'http-poll' | 'http-stream' | 'serial'
  /** Never throws, never empty: bytes that say nothing are an `error` or `ignored`. */
  decode(envelope: Envelope): readonly CameraMessage[]
}

/** A stream without end (multipart over HTTP, a serial line): bytes in any chunks, messages out; memory is bounded. */
export interface CameraStream {
  push(bytes: Uint8Array, onMessage: (message: CameraMessage) => void): void
  /** The connection is gone or the line fell quiet: what was begun is given up. */
  reset(onMessage: (message: CameraMessage) => void): void
}
