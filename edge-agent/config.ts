import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { AgentIdSchema, LaneIdSchema, type SiteId, SiteIdSchema } from '#edge/ids'
import { mistakeFinder, mistakeLines } from '#edge/mistakes'
import { Kilograms, milliseconds } from '#edge/units'
import { ScaleRecordSchema, SENSORS } from '#edge/weighing'
import type { Rules } from '#weighing/vocabulary'
import { BarriersConfigSchema, readBarriers } from './config/barriers.ts'
import { BoardConfigSchema, DetectorConfigSchema } from './config/board.ts'
import { withCameraFiles } from './config/camera-files.ts'
import { CameraConfigSchema, CameraListenerSchema } from './config/cameras.ts'
import { strict } from './config/common.ts'
import { ConsoleConfigSchema } from './config/console.ts'
import { EvidenceConfigSchema } from './config/evidence.ts'
import { LayoutSchema, layoutOf } from './config/layout.ts'
import { PrinterConfigSchema } from './config/printer.ts'
import { CodeReaderConfigSchema, TagReaderConfigSchema } from './config/readers.ts'
import { RulesSchema } from './config/rules.ts'
import { ScaleConfigSchema, withProfile } from './config/scale.ts'
import { SignConfigSchema, SpeechConfigSchema } from './config/signs.ts'
import { deeperMistakes, thresholds } from './config-mistakes.ts'
import { SUPERVISION } from './devices/supervision.ts'

/** The agent's one configuration file (`edge.example.yaml` explains it line by line). Read once in `main.ts`, then handed down in pieces. */
const LaneSchema = Type.Object(
  {
    lane: LaneIdSchema,
    name: Type.String({ minLength: 1, maxLength: 40 }),
    scaleRecord: Type.Object(ScaleRecordSchema.properties, strict),
    scale: ScaleConfigSchema,
    board: BoardConfigSchema,
    barriers: Type.Optional(BarriersConfigSchema),
    detector: Type.Optional(DetectorConfigSchema),
    cameras: Type.Array(CameraConfigSchema, { maxItems: 4 }),
    reader: Type.Optional(CodeReaderConfigSchema),
    tagReader: Type.Optional(TagReaderConfigSchema),
    signs: Type.Optional(Type.Array(SignConfigSchema, { maxItems: 2 })),
    speech: Type.Optional(SpeechConfigSchema),
    printer: Type.Optional(PrinterConfigSchema),
    layout: Type.Optional(LayoutSchema),
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
    cameraListener: Type.Optional(CameraListenerSchema),
    console: Type.Optional(ConsoleConfigSchema),
    evidence: Type.Optional(EvidenceConfigSchema),
    lanes: Type.Array(LaneSchema, { minItems: 1, maxItems: 16 }),
  },
  strict,
)
export type EdgeConfig = Static<typeof EdgeConfigSchema>
export type LaneConfig = Static<typeof LaneSchema>

/** `missing`: there is no such file at all. */
export type ConfigReading =
  | { readonly ok: true; readonly config: EdgeConfig }
  | { readonly ok: false; readonly missing: boolean; readonly sentence: string }

const findMistakes = mistakeFinder(EdgeConfigSchema)

/** Reads and checks the file: every mistake at once, with its path and a sentence. Relative paths are relative to the file. */
export function readConfig(file: string): ConfigReading {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return {
      ok: false,
      missing: (error as NodeJS.ErrnoException).code === 'ENOENT',
      sentence: `配置文件打不开 / cannot read the configuration ${file}: ${(error as Error).message}`,
    }
  }
  let value: unknown
  try {
    // A key of hex digits is a key, never the number YAML would take it for.
    value = parse(text, { stringKeys: true })
  } catch (error) {
    return {
      ok: false,
      missing: false,
      sentence: `配置文件不是有效的 YAML / ${file} is not YAML: ${(error as Error).message}`,
    }
  }
  const here = (path: string): string => (isAbsolute(path) ? path : resolve(dirname(file), path))
  const mistakes = [...findMistakes(value), ...deeperMistakes(value, here)]
  if (mistakes.length > 0)
    return {
      ok: false,
      missing: false,
      sentence: `配置文件有 ${mistakes.length} 处错误 / ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'} in ${file}:\n${mistakeLines(mistakes)}`,
    }
  const config = value as EdgeConfig
  const { passwordFile, ...cloud } = config.cloud
  const tls = config.console?.tls
  const password = passwordFile === undefined ? cloud.password : readFileSync(here(passwordFile), 'utf8').trim()
  return {
    ok: true,
    config: {
      ...config,
      folder: here(config.folder),
      cloud: { ...cloud, ...(password === undefined ? {} : { password }), ...(cloud.ca === undefined ? {} : { ca: here(cloud.ca) }) },
      ...(tls === undefined ? {} : { console: { ...config.console, tls: { certificate: here(tls.certificate), key: here(tls.key) } } }),
      lanes: config.lanes.map((lane) => ({
        ...lane,
        scale: withProfile(lane.scale, here),
        cameras: lane.cameras.map((camera) => withCameraFiles(camera, here)),
        ...(lane.barriers === undefined ? {} : { barriers: readBarriers(lane.barriers, here) }),
      })),
    },
  }
}

/** The lane's rules in our units, with the defaults of DOMAIN section 6; bands follow the scale's e. */
export function rulesOf(site: SiteId, lane: LaneConfig): Rules {
  const { rules = {}, scaleRecord } = lane
  const empty = thresholds(scaleRecord.eKg, rules)
  const span = (given: number | undefined, otherwise: number) => milliseconds(Math.round((given ?? otherwise) * 1_000))
  return {
    site,
    lane: lane.lane,
    fitted: SENSORS.filter((sensor) => lane.board.inputs[sensor] !== undefined),
    layout: layoutOf(lane),
    scale: scaleRecord,
    vehicleFrom: Kilograms(empty.vehicleFromKg),
    emptyBelow: Kilograms(empty.belowKg),
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
    staleAfter: lane.scale.silentAfterSeconds === undefined ? SUPERVISION.scale.ours : span(lane.scale.silentAfterSeconds, 3),
    gatePulse: milliseconds(rules.gatePulseMilliseconds ?? 500),
    zeroBand: Kilograms(rules.zeroBandKg ?? scaleRecord.eKg * 2),
  }
}
