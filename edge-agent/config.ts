import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { AgentIdSchema, LaneIdSchema, oneOf, type SiteId, SiteIdSchema } from '#edge/ids'
import { type Mistake, mistakeFinder, mistakeLines } from '#edge/mistakes'
import { Kilograms, milliseconds, seconds } from '#edge/units'
import { CameraSideSchema, ScaleRecordSchema, SENSORS } from '#edge/weighing'
import type { Rules } from '#weighing/vocabulary'
import { parseAddress } from './devices/byte-link.ts'

/** The agent's one configuration file (`edge.example.yaml` explains it line by line). Read once in `main.ts`, then handed down in pieces. */
const strict = { additionalProperties: false }
const AddressSchema = Type.String({ maxLength: 200 })
const OutputSchema = Type.Integer({ minimum: 0, maximum: 31 })
const InputSchema = Type.Object(
  {
    input: Type.Integer({ minimum: 0, maximum: 31 }),
    invert: Type.Optional(Type.Boolean()),
  },
  strict,
)

const RulesSchema = Type.Object(
  {
    vehicleFromKg: Type.Optional(Type.Integer({ minimum: 100 })),
    emptyBelowKg: Type.Optional(Type.Integer({ minimum: 1 })),
    emptyForSeconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 60 })),
    settleBandKg: Type.Optional(Type.Integer({ minimum: 1 })),
    settleForSeconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 30 })),
    settleReadings: Type.Optional(Type.Integer({ minimum: 2, maximum: 100 })),
    settleWithinSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 600 })),
    positionedForSeconds: Type.Optional(Type.Number({ minimum: 0.2, maximum: 30 })),
    clearForSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 30 })),
    boardWithinSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 600 })),
    leaveWithinSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 1_200 })),
    repeatWithinSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 600 })),
    gatePulseMilliseconds: Type.Optional(Type.Integer({ minimum: 100, maximum: 5_000 })),
    zeroBandKg: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  strict,
)

const LaneSchema = Type.Object(
  {
    lane: LaneIdSchema,
    name: Type.String({ minLength: 1, maxLength: 40 }),
    scaleRecord: Type.Object(ScaleRecordSchema.properties, strict),
    scale: Type.Object(
      {
        address: AddressSchema,
        dialect: oneOf(Object.keys(SCALE_DIALECTS)),
        unit: oneOf(['kg', 't']),
        silentAfterSeconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 60 })),
      },
      strict,
    ),
    board: Type.Object(
      {
        address: AddressSchema,
        unitAddress: Type.Integer({ minimum: 1, maximum: 247 }),
        outputs: Type.Object(
          {
            entryOpen: OutputSchema,
            entryClose: Type.Optional(OutputSchema),
            exitOpen: OutputSchema,
            exitClose: Type.Optional(OutputSchema),
            entryGreen: OutputSchema,
            exitGreen: OutputSchema,
            siren: OutputSchema,
          },
          strict,
        ),
        inputs: Type.Object(
          {
            'entry-loop': Type.Optional(InputSchema),
            'entry-beam': Type.Optional(InputSchema),
            'exit-beam': Type.Optional(InputSchema),
            // Without it no passage is ever seen, and so no escape.
            'exit-loop': InputSchema,
            'entry-arm-down': Type.Optional(InputSchema),
            'exit-arm-down': Type.Optional(InputSchema),
          },
          strict,
        ),
        pollMilliseconds: Type.Optional(Type.Integer({ minimum: 20, maximum: 2_000 })),
        answerWithinMilliseconds: Type.Optional(Type.Integer({ minimum: 50, maximum: 5_000 })),
      },
      strict,
    ),
    cameras: Type.Array(
      Type.Object(
        {
          side: CameraSideSchema,
          serialNumber: Type.String({ minLength: 1, maxLength: 60 }),
          silentAfterSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 600 })),
        },
        strict,
      ),
      { maxItems: 2 },
    ),
    reader: Type.Optional(Type.Object({ address: AddressSchema }, strict)),
    rules: Type.Optional(RulesSchema),
  },
  strict,
)

export const EdgeConfigSchema = Type.Object(
  {
    site: SiteIdSchema,
    agent: AgentIdSchema,
    folder: Type.String({ minLength: 1 }),
    cloud: Type.Object(
      {
        mqtt: Type.String({ pattern: '^mqtts?://' }),
        password: Type.Optional(Type.String()),
        passwordFile: Type.Optional(Type.String()),
        https: Type.String({ pattern: '^https?://' }),
        /** File with the pinned certificate authority (PEM), for mqtts and https. */
        ca: Type.Optional(Type.String()),
        /** Issuer keys pinned at enrolment: key id → public key (32 raw bytes, base64url). */
        issuers: Type.Record(Type.String({ pattern: '^[0-9a-f]{16}$' }), Type.String({ minLength: 43, maxLength: 44 })),
      },
      strict,
    ),
    lanBroker: Type.Object(
      {
        host: Type.String(),
        port: Type.Integer({ minimum: 0, maximum: 65_535 }),
        user: Type.Optional(Type.String()),
        password: Type.Optional(Type.String()),
      },
      strict,
    ),
    lanes: Type.Array(LaneSchema, { minItems: 1, maxItems: 16 }),
  },
  strict,
)
export type EdgeConfig = Static<typeof EdgeConfigSchema>
export type LaneConfig = Static<typeof LaneSchema>

export type ConfigReading = { readonly ok: true; readonly config: EdgeConfig } | { readonly ok: false; readonly sentence: string }

const findMistakes = mistakeFinder(EdgeConfigSchema)

/** Reads and checks the file: every mistake at once, with its path and a sentence. Relative paths are relative to the file. */
export function readConfig(file: string): ConfigReading {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return {
      ok: false,
      sentence: `配置文件打不开 / cannot read the configuration ${file}: ${(error as Error).message}`,
    }
  }
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    return {
      ok: false,
      sentence: `配置文件不是有效的 YAML / ${file} is not YAML: ${(error as Error).message}`,
    }
  }
  const mistakes = [...findMistakes(value), ...deeperMistakes(value)]
  if (mistakes.length > 0)
    return {
      ok: false,
      sentence: `配置文件有 ${mistakes.length} 处错误 / ${mistakes.length} mistakes in ${file}:\n${mistakeLines(mistakes)}`,
    }
  const config = value as EdgeConfig
  const here = (path: string): string => (isAbsolute(path) ? path : resolve(dirname(file), path))
  const { passwordFile, ...cloud } = config.cloud
  const password = passwordFile === undefined ? cloud.password : readPassword(here(passwordFile))
  if (password === null)
    return {
      ok: false,
      sentence: `口令文件打不开 / cannot read cloud.passwordFile ${passwordFile}`,
    }
  return {
    ok: true,
    config: {
      ...config,
      folder: here(config.folder),
      cloud: { ...cloud, ...(password === undefined ? {} : { password }), ...(cloud.ca === undefined ? {} : { ca: here(cloud.ca) }) },
    },
  }
}

function readPassword(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}

/** What a schema cannot say: addresses that do not parse, lanes or wires used twice, scales that contradict themselves. */
function deeperMistakes(value: unknown): Mistake[] {
  return [...inTheClear(value), ...laneMistakes(value)]
}

/** Outside loopback everything is TLS (DESIGN.md D20). */
function inTheClear(value: unknown): Mistake[] {
  const cloud = (value as { cloud?: Record<string, unknown> })?.cloud
  return (['mqtt', 'https'] as const).flatMap((key) => {
    const said = cloud?.[key]
    if (typeof said !== 'string' || !URL.canParse(said)) return []
    const { protocol, hostname } = new URL(said)
    const loopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
    if (loopback || protocol === 'mqtts:' || protocol === 'https:') return []
    return [
      {
        path: `cloud.${key}`,
        zh: '回环地址以外必须加密：用 mqtts:// 或 https://',
        en: 'must be encrypted outside loopback: mqtts:// or https://',
      },
    ]
  })
}

function laneMistakes(value: unknown): Mistake[] {
  const lanes = (value as { lanes?: unknown })?.lanes
  if (!Array.isArray(lanes)) return []
  const used = new Map<string, string>()
  const twice = (what: string, path: string): Mistake[] => {
    const before = used.get(what)
    used.set(what, path)
    return before === undefined ? [] : [{ path, zh: `与 ${before} 重复`, en: `is the same as ${before}` }]
  }
  return lanes.flatMap((lane: Record<string, Record<string, unknown>>, at) => {
    const path = `lanes.${at}`
    const address = (device: string): Mistake[] => {
      const said = lane?.[device]?.address
      if (typeof said !== 'string') return []
      const reading = parseAddress(said)
      return reading.ok
        ? twice(said, `${path}.${device}.address`)
        : [
            {
              path: `${path}.${device}.address`,
              zh: `地址有误：${reading.reason}`,
              en: reading.reason,
            },
          ]
    }
    const outputs = Object.entries(lane?.board?.outputs ?? {}).flatMap(([name, output]) =>
      twice(`${path} output ${output}`, `${path}.board.outputs.${name}`),
    )
    const inputs = Object.entries(lane?.board?.inputs ?? {}).flatMap(([name, wire]) =>
      twice(`${path} input ${(wire as { input?: number })?.input}`, `${path}.board.inputs.${name}`),
    )
    const scale = lane?.scaleRecord as Record<string, number> | undefined
    const min: Mistake[] =
      scale && Number.isInteger(scale.eKg) && Number(scale.minKg) < 20 * Number(scale.eKg)
        ? [
            {
              path: `${path}.scaleRecord.minKg`,
              zh: `III 级秤最小秤量为 20 e，即 ${20 * Number(scale.eKg)} kg`,
              en: `a class III scale has Min = 20 e, here ${20 * Number(scale.eKg)} kg`,
            },
          ]
        : []
    return [
      ...twice(`lane ${lane?.lane}`, `${path}.lane`),
      ...address('scale'),
      ...address('board'),
      ...address('reader'),
      ...outputs,
      ...inputs,
      ...min,
    ]
  })
}

/** The lane's rules in our units, with the defaults of DOMAIN section 6; bands follow the scale's e. */
export function rulesOf(site: SiteId, lane: LaneConfig): Rules {
  const { rules = {}, scaleRecord } = lane
  const span = (given: number | undefined, otherwise: number) => milliseconds(Math.round((given ?? otherwise) * 1_000))
  return {
    site,
    lane: lane.lane,
    fitted: SENSORS.filter((sensor) => lane.board.inputs[sensor] !== undefined),
    scale: scaleRecord,
    vehicleFrom: Kilograms(rules.vehicleFromKg ?? 1_000),
    emptyBelow: Kilograms(rules.emptyBelowKg ?? Math.max(100, 10 * scaleRecord.eKg)),
    emptyFor: span(rules.emptyForSeconds, 3),
    settleBand: Kilograms(rules.settleBandKg ?? 2 * scaleRecord.eKg),
    settleFor: span(rules.settleForSeconds, 2.5),
    settleReadings: rules.settleReadings ?? 8,
    settleWithin: span(rules.settleWithinSeconds, 60),
    positionedFor: span(rules.positionedForSeconds, 2),
    clearFor: span(rules.clearForSeconds, 1),
    boardWithin: span(rules.boardWithinSeconds, 60),
    leaveWithin: span(rules.leaveWithinSeconds, 120),
    repeatWithin: span(rules.repeatWithinSeconds, 10),
    staleAfter: lane.scale.silentAfterSeconds === undefined ? seconds(3) : span(lane.scale.silentAfterSeconds, 3),
    gatePulse: milliseconds(rules.gatePulseMilliseconds ?? 500),
    zeroBand: Kilograms(rules.zeroBandKg ?? scaleRecord.eKg * 2),
  }
}
