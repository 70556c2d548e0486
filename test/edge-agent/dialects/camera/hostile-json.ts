import fc from 'fast-check'

/** JSON and bytes nobody sends in good faith, with the member names of every maker mixed in. */
const NAMES = [
  ...[
    'AlarmInfoPlate',
    'AlarmGioIn',
    'SerialData',
    'TriggerImage',
    'result',
    'PlateResult',
    'TriggerResult',
    'license',
    'plates',
    'gioouts',
  ],
  ...[
    'timeStamp',
    'Timeval',
    'sec',
    'usec',
    'decyear',
    'serialno',
    'sn',
    'payload',
    'body',
    'source',
    'value',
    'data',
    'dataLen',
    'heartbeat',
  ],
  ...[
    'cmd',
    'msg_id',
    'plate_num',
    'plate_color',
    'utc_ts',
    'subtopic',
    'type',
    'results',
    'plate',
    'confidence',
    'candidates',
    'data_type',
  ],
  ...[
    'hook',
    'event',
    'camera_id',
    'props',
    'score',
    'alarm',
    'triggers',
    'key',
    'timestamp',
    'anpr',
    'decision',
    '@plate',
    '@date',
    'char',
  ],
  ...[
    'plateText',
    'carState',
    'device',
    'time',
    'INFORMATION',
    'LPR',
    'TS',
    'res',
    'A01',
    'imageFile',
    'full_pic',
    'direction',
    'colorType',
  ],
  ...['__proto__', 'constructor', 'toString', 'length', ''],
]
const VALUES = [
  ...[0, 1, -1, 31, 255, 1e300, -1e300, 1_760_000_000, 1_760_000_000_000_000, 0.5, true, false, null],
  ...[
    '',
    '_无_',
    'null',
    '5pmLQjEyMzQ1',
    '晋B12345',
    'AAAA',
    '=',
    '__proto__',
    '\ud800',
    '\u0000',
    '2024-01-15 10:30:00',
    '1e400',
    'a'.repeat(500),
  ],
  ...['result', 'camera_register', 'alpr_results', 'alpr_group', 'heartbeat', 'license_plate_unknown', 'recognition', 'lost', '+/#'],
]

const json = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 8, withCrossShrink: true },
    fc.constantFrom<unknown>(...VALUES),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('json'), { maxKeys: 8 }),
  ),
})).json

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value) ?? '')

/** Any of: JSON, JSON cut short, JSON with a byte changed, any bytes. */
export const hostileBody: fc.Arbitrary<Uint8Array> = fc.oneof(
  json.map(bytesOf),
  fc.tuple(json.map(bytesOf), fc.nat(200)).map(([bytes, less]) => bytes.subarray(0, Math.max(0, bytes.length - less))),
  fc.tuple(json.map(bytesOf), fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
    const changed = bytes.slice()
    if (changed.length > 0) changed[at % changed.length] = byte
    return changed
  }),
  fc.uint8Array({ maxLength: 300 }),
)
