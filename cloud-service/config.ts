import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { oneOf } from '#edge/ids'
import { mistakeFinder, mistakeLines } from '#edge/mistakes'
import { CloudError, reasonOf } from './errors.ts'

/** One schema for the whole service: read once in `main.ts`, all mistakes at once, unknown keys are mistakes. `cloud.example.yaml` explains each line. */
const closed = { additionalProperties: false }
const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
const ConfigSchema = Type.Object(
  {
    folder: Type.String({ minLength: 1 }),
    listen: Type.Object({ host: Type.String({ minLength: 1 }), port: Port }, closed),
    secure: Type.Boolean(),
    trustedProxies: Type.Array(Type.String({ minLength: 2 }), { maxItems: 20 }),
    signInsPerMinute: Type.Integer({ minimum: 1, maximum: 10_000 }),
    log: oneOf(['silent', 'error', 'warn', 'info', 'debug']),
    database: Type.Object(
      {
        url: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
        embeddedPort: Port,
        connections: Type.Integer({ minimum: 3, maximum: 200 }),
      },
      closed,
    ),
    broker: Type.Object(
      {
        url: Type.Optional(Type.String({ pattern: '^(mqtts?|tcp)://' })),
        user: Type.Optional(Type.String({ minLength: 1 })),
        password: Type.Optional(Type.String({ minLength: 1 })),
        embeddedHost: Type.String({ minLength: 1 }),
        embeddedPort: Port,
      },
      closed,
    ),
  },
  closed,
)
export type Config = Static<typeof ConfigSchema>
const find = mistakeFinder(ConfigSchema)

/** What holds where neither file nor environment says otherwise. */
const USUAL = {
  folder: '.pitgate/cloud',
  listen: { host: '127.0.0.1', port: 8080 },
  secure: false,
  trustedProxies: [],
  signInsPerMinute: 20,
  log: 'info',
  database: { embeddedPort: 54_329, connections: 12 },
  broker: { embeddedHost: '127.0.0.1', embeddedPort: 1_883 },
}

/** Environment variables and the setting each stands for; they win over the file. */
const FROM_ENVIRONMENT: Readonly<Record<string, readonly [path: string, kind: 'text' | 'number' | 'yes-no']>> = {
  DATABASE_URL: ['database.url', 'text'],
  PITGATE_DATABASE_PORT: ['database.embeddedPort', 'number'],
  MQTT_URL: ['broker.url', 'text'],
  PITGATE_BROKER_USER: ['broker.user', 'text'],
  PITGATE_BROKER_PASSWORD: ['broker.password', 'text'],
  PITGATE_BROKER_HOST: ['broker.embeddedHost', 'text'],
  PITGATE_BROKER_PORT: ['broker.embeddedPort', 'number'],
  PITGATE_CLOUD_DATA: ['folder', 'text'],
  PITGATE_HOST: ['listen.host', 'text'],
  PITGATE_PORT: ['listen.port', 'number'],
  PITGATE_SECURE: ['secure', 'yes-no'],
  PITGATE_LOG: ['log', 'text'],
}

/**
 * The configuration from a YAML file (optional) and the environment. Throws CloudError `config-wrong` that names every mistake with
 * its path and a sentence.
 */
export function readConfig(file: string | undefined, environment: Readonly<Record<string, string | undefined>>): Config {
  const settings = merged(USUAL, file === undefined ? {} : readYaml(file))
  for (const [name, [path, kind]] of Object.entries(FROM_ENVIRONMENT)) {
    const text = environment[name]
    if (text !== undefined && text !== '') put(settings, path, kind === 'number' ? numberOr(text) : kind === 'yes-no' ? yesOr(text) : text)
  }
  const mistakes = find(settings)
  if (mistakes.length > 0)
    throw new CloudError(
      'config-wrong',
      `配置有误 / the configuration has mistakes${file === undefined ? '' : ` (${file})`}:\n${mistakeLines(mistakes)}`,
    )
  const config = settings as Config
  return Object.freeze({ ...config, folder: resolve(config.folder) })
}

type Tree = Record<string, unknown>
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

function readYaml(file: string): Tree {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CloudError('config-wrong', `配置文件无法读取 / the configuration file ${file} cannot be read: ${reasonOf(error)}`, error)
  }
  try {
    const value: unknown = parse(text) ?? {}
    if (isTree(value)) return value
  } catch (error) {
    throw new CloudError('config-wrong', `配置文件不是有效的 YAML / ${file} is not YAML: ${reasonOf(error)}`, error)
  }
  throw new CloudError('config-wrong', `配置文件应为一组设置 / ${file} must be a group of settings`)
}

function merged(usual: Tree, said: Tree): Tree {
  const result: Tree = structuredClone(usual)
  for (const [key, value] of Object.entries(said)) {
    const before = result[key]
    result[key] = isTree(before) && isTree(value) ? merged(before, value) : value
  }
  return result
}

function put(settings: Tree, path: string, value: unknown): void {
  const [first = '', second] = path.split('.')
  const group = settings[first]
  if (second === undefined) settings[first] = value
  else if (isTree(group)) group[second] = value
}

/** What is no number stays text, so that the schema says so with its path. */
const numberOr = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)
const yesOr = (text: string): boolean | string => (text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text)
