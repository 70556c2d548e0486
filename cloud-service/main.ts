import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import closeWithGrace from 'close-with-grace'
import { ROLES, type Role } from '#cloud/api'
import { OPERATOR_ROLES, type OperatorRole } from '#edge/acts'
import type { Clock } from '#edge/clock'
import { OPERATOR_ID } from '#edge/orders'
import { seconds } from '#edge/units'
import { keysLast } from './arguments.ts'
import { bookletCommand, withdrawCommand } from './booklets/command.ts'
import { startBroker } from './broker/embedded.ts'
import { readScale, trueClock } from './clock.ts'
import { type Config, readConfig } from './config.ts'
import { createPool, type Pool } from './database/pool.ts'
import { asIngest } from './database/transaction.ts'
import { readMoreRegisters } from './demo/more-registers.ts'
import { seedDemo } from './demo/seed.ts'
import { CloudError, reasonOf } from './errors.ts'
import { type Installation, installation } from './installation.ts'
import { createSchedule, JOBS, type JobName } from './jobs/schedule.ts'
import { NOBODY_LISTENS } from './live/changes.ts'
import { tellToLookAgain } from './live/other-instances.ts'
import { createLog, type Log } from './log.ts'
import { setQuota } from './orders/quota.ts'
import { shareTares } from './orders/tare-sharing.ts'
import { addApiKey } from './people/api-keys.ts'
import { enterOperator, revokeOperator, secretMistakes } from './people/operators.ts'
import { enterPerson } from './people/register.ts'
import { listQuarantine, quarantined } from './quarantine/list.ts'
import { replayedWords, replayQuarantine } from './quarantine/replay.ts'
import { reconcileCommand } from './reconcile/command.ts'
import { startService } from './service.ts'
import { enrolAgent } from './sites/enrol.ts'
import { findDatabase, migrateWhenThere, startDatabase } from './which-database.ts'

/** The cloud's command line. The only file that knows the process: arguments, environment, signals, exit codes. */
const USAGE = `npm run -s cloud -- <command> [--config FILE]
  run                               the service: HTTP, live feed, what comes from the sites
  broker                            the embedded MQTT broker, a process of its own
  database                          the embedded PostgreSQL, a process of its own
  migrate                           bring the database up to date
  enrol SITE AGENT PUBLICKEY        register an agent; prints its broker password (once) and the issuer's public key
  add-person NAME ROLE [SCOPE] [SHOWN NAME]   enter or change a person; the password is read from PITGATE_PASSWORD
  add-key CARRIER LABEL             a new API key of a carrier; prints it once
  operator SITE ID NAME [ROLE]      enter or change a person of a site's console (operator | supervisor); PIN or password from PITGATE_PASSWORD
  revoke-operator SITE ID           this person signs in at the site's console no more
  quota SITE MONTH TONNES           what a site may ticket in a month, such as 2026-11 250000
  booklet --site S --carrier C --consignee NAME --product CLASS:CATEGORY --count N --tonnes T [--hours H]
                                    sign N tickets ahead for a site that may be cut off, such as --product BN:LUMP; --product may be repeated
  withdraw-booklet BOOKLET REASON   nothing is drawn from it any more, once its site has heard so; tickets that were drawn stay
  share-tares FROM TO [stop]        tares weighed at site FROM are known at site TO from now on
  broker-files DIR                  password file and access list for mosquitto
  reconcile [--site S] [--edge FOLDER] [--wait SECONDS]   is what an agent has what the cloud has, hash for hash? Ends with 0 only when equal
                                    FOLDER: the agent's, on this machine; usually the demo's. Records on their way are waited for (20 s)
  quarantine list [--site S]        what came and could not be read
  quarantine show ID                one of them, byte for byte
  quarantine replay [--site S]      read again what this version may understand
  job NAME                          run one of the jobs now: ${JOBS.join(' | ')}
  seed --demo [--registers FILE]    fill the registers of a demonstration; prints its sign-ins
                                    FILE: JSON with further lanes and trucks
ROLE is ${ROLES.join(' | ')}; SCOPE is a site, a carrier or a county code, and absent for city.`

/** How histories name who did it where nobody was signed in. */
const COMMAND_LINE = 'command line'

interface Setting {
  readonly config: Config
  readonly here: Installation
  readonly clock: Clock
  readonly log: Log
}
const { positionals, values } = parseOrStop()
const [command = '', ...about] = positionals
const print = (value: unknown): void => void process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`)
function stopWith(sentence: string, code: number): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  async run({ config, here, clock, log }) {
    const service = await startService(config, here, clock, log)
    log.info({ address: service.address }, 'the cloud service answers')
    untilEnded(() => service.stop())
    await service.failed.catch(async (error: unknown) => {
      await service.stop()
      throw error
    })
  },
  async broker({ config, here, log }) {
    const { embeddedHost: host, embeddedPort: port } = config.broker
    const broker = await startBroker({ host, port, passwordFile: here.passwordFile(), log })
    log.info({ address: `mqtt://${host}:${broker.port}` }, 'the broker answers')
    untilEnded(() => broker.stop())
  },
  async database({ config, here, log }) {
    const database = await startDatabase(config, here, log)
    log.info({ port: database.port }, 'the database answers')
    let stopping = false
    untilEnded(() => {
      stopping = true
      return database.stop()
    })
    await database.ended
    if (!stopping) throw new CloudError('database-not-started', 'The embedded database ended.')
  },
  migrate: (setting) => withDatabase(setting, async () => print('the database is up to date')),
  enrol: (setting) =>
    withDatabase(setting, async (pool) => {
      const [site, agent, publicKey] = wanted(3)
      const issuer = setting.here.issuer()
      await enrolAgent(pool, { issuer, clock: setting.clock }, site, agent, publicKey)
      const mqttPassword = setting.here.letIn(site, agent)
      print({ mqttUser: `${site}/${agent}`, mqttPassword, issuerKey: { id: issuer.key, publicKey: issuer.publicKey } })
    }),
  'add-person': (setting) =>
    withDatabase(setting, async (pool) => {
      const [name, role] = wanted(2)
      const rest = about.slice(2)
      const scope = role === 'city' ? null : (rest.shift() ?? null)
      const shownName = rest[0] ?? name
      const password = process.env.PITGATE_PASSWORD ?? ''
      if (!ROLES.includes(role as Role)) throw new CloudError('config-wrong', `"${role}" is no role: ${ROLES.join(', ')}`)
      if ((role === 'city') !== (scope === null))
        throw new CloudError('config-wrong', 'Every role but city needs its scope: a site, a carrier or a county code')
      if (password.length < 10) throw new CloudError('config-wrong', 'PITGATE_PASSWORD must hold a password of at least 10 characters')
      await enterPerson(pool, setting.clock, { name, shownName, role: role as Role, scope, password })
      print(`${name} may sign in`)
    }),
  'add-key': (setting) =>
    withDatabase(setting, async (pool) => {
      const [carrier, label] = wanted(2)
      print(await addApiKey(pool, carrier, label))
    }),
  operator: (setting) =>
    withDatabase(setting, async (pool) => {
      const [site, id, name] = wanted(3)
      const role = about[3] ?? 'operator'
      if (!OPERATOR_ROLES.includes(role as OperatorRole))
        throw new CloudError('config-wrong', `"${role}" is no role: ${OPERATOR_ROLES.join(', ')}`)
      if (!OPERATOR_ID.test(id))
        throw new CloudError('config-wrong', `"${id}" is no id: small letters, digits, dots and dashes, at most 32`)
      const secret = process.env.PITGATE_PASSWORD ?? null
      const mistake = secret === null ? undefined : secretMistakes(secret)[0]
      if (mistake) throw new CloudError('config-wrong', `PITGATE_PASSWORD: ${mistake.zh} / ${mistake.en}`)
      const issuing = { issuer: setting.here.issuer(), clock: setting.clock }
      const outcome = await asIngest(pool, (tx) =>
        enterOperator(tx, issuing, { site, id, name, role: role as OperatorRole, secret, by: COMMAND_LINE }),
      )
      if (outcome === 'no-such-site') throw new CloudError('config-wrong', `没有站点 ${site} / there is no site "${site}".`)
      if (outcome === 'secret-wanted') throw new CloudError('config-wrong', 'A new person needs a PIN or password in PITGATE_PASSWORD')
      print(`${id} may sign in at ${site}`)
    }),
  'revoke-operator': (setting) =>
    withDatabase(setting, async (pool) => {
      const [site, id] = wanted(2)
      const issuing = { issuer: setting.here.issuer(), clock: setting.clock }
      const outcome = await asIngest(pool, (tx) => revokeOperator(tx, issuing, { site, id, by: COMMAND_LINE }))
      if (outcome === 'unknown') throw new CloudError('config-wrong', `站点 ${site} 没有此人 / ${site} has no "${id}".`)
      print(`${id} may sign in at ${site} no more`)
    }),
  quota: (setting) =>
    withDatabase(setting, async (pool) => {
      const [site, month, tonnes] = wanted(3)
      if (!/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(month) || !/^[0-9]{1,9}$/.test(tonnes)) stopWith(USAGE, 2)
      const issuing = { issuer: setting.here.issuer(), clock: setting.clock }
      const limitKg = Number(tonnes) * 1_000
      const known = await asIngest(pool, (tx) => setQuota(tx, issuing, { site, month, limitKg, by: COMMAND_LINE }))
      if (!known) throw new CloudError('config-wrong', `没有站点 ${site} / there is no site "${site}".`)
      print(`${site} ${month}: ${tonnes} t`)
    }),
  booklet: (setting) =>
    withDatabase(setting, async (pool) => {
      const { site, carrier, consignee, product, count, tonnes, hours } = values
      const issuing = { issuer: setting.here.issuer(), clock: setting.clock }
      print(await bookletCommand(pool, issuing, COMMAND_LINE, { site, carrier, consignee, product, count, tonnes, hours }))
    }),
  'withdraw-booklet': (setting) =>
    withDatabase(setting, async (pool) => {
      const [booklet, reason] = wanted(2)
      const issuing = { issuer: setting.here.issuer(), clock: setting.clock }
      print(await withdrawCommand(pool, issuing, COMMAND_LINE, booklet, reason))
    }),
  'share-tares': (setting) =>
    withDatabase(setting, async (pool) => {
      const [from, to] = wanted(2)
      const share = about[2] === undefined
      if (from === to || (about[2] ?? 'stop') !== 'stop') stopWith(USAGE, 2)
      const issuing = { issuer: setting.here.issuer(), clock: setting.clock }
      const outcome = await asIngest(pool, (tx) => shareTares(tx, { issuing, from, to, by: COMMAND_LINE, share }))
      if (outcome === 'no-such-site') throw new CloudError('config-wrong', `没有这个站点 / no such site: ${from}, ${to}`)
      print(`tares of ${from} ${share ? 'are' : 'are no longer'} sent to ${to}`)
    }),
  job: (setting) =>
    withDatabase(setting, async (pool) => {
      const [name] = wanted(1)
      if (!JOBS.includes(name as JobName)) throw new CloudError('config-wrong', `"${name}" is no job: ${JOBS.join(', ')}`)
      const { here, clock, log } = setting
      print(
        await createSchedule({ pool, issuing: { issuer: here.issuer(), clock }, live: NOBODY_LISTENS, clock, log }).runNow(name as JobName),
      )
    }),
  reconcile: (setting) =>
    withDatabase(
      setting,
      async (pool) => {
        const wait = Number(values.wait ?? 20)
        if (!(wait >= 0 && wait <= 86_400)) stopWith(USAGE, 2)
        const { config, clock } = setting
        const folder = values.edge ?? join(dirname(config.folder), 'edge')
        const { equal, lines } = await reconcileCommand({ pool, clock, folder, site: values.site ?? null, waitFor: seconds(wait) })
        print(lines.join('\n'))
        process.exitCode = equal ? 0 : 1
      },
      'only-running',
    ),
  quarantine: (setting) =>
    withDatabase(
      setting,
      async (pool) => {
        const [act] = wanted(1)
        const site = values.site ?? null
        const issuing = { issuer: setting.here.issuer(), clock: setting.clock }
        if (act === 'list') print((await listQuarantine(pool, site)).join('\n'))
        else if (act === 'replay') {
          print(replayedWords(await replayQuarantine({ pool, issuing, by: COMMAND_LINE }, site)).join('\n'))
          await tellToLookAgain(pool)
        } else if (act === 'show') {
          const kept = await quarantined(pool, Number(wanted(2)[1]) || 0)
          if (kept === null) throw new CloudError('config-wrong', `隔离区没有 ${about[1]} / quarantine has no ${about[1]}`)
          process.stdout.write(kept)
        } else stopWith(USAGE, 2)
      },
      'only-running',
    ),
  async 'broker-files'({ here }) {
    const [folder] = wanted(1)
    here.writeBrokerFiles(folder)
    print(`${folder}: passwords, acl`)
  },
  seed: (setting) =>
    withDatabase(setting, async (pool) => {
      if (values.demo !== true) stopWith(USAGE, 2)
      const { here, clock } = setting
      const file = here.demoFile
      here.passwordFile()
      const more = values.registers === undefined ? {} : { more: readMoreRegisters(values.registers) }
      print(await seedDemo({ pool, clock, issuer: here.issuer(), file, password: process.env.PITGATE_DEMO_PASSWORD, ...more }))
    }),
}

if (values.help || !Object.hasOwn(COMMANDS, command)) stopWith(USAGE, values.help ? 0 : 2)
try {
  const config = readConfig(values.config ?? process.env.PITGATE_CLOUD_CONFIG, process.env)
  const log = createLog('pitgate-cloud', config.log)
  const clock = trueClock(readScale(process.env.PITGATE_CLOCK))
  await COMMANDS[command]?.({ config, here: installation(config), clock, log })
} catch (error) {
  // What somebody can mend is a sentence; the rest is our mistake and shows where.
  stopWith(error instanceof CloudError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error), 1)
}

/**
 * A command that needs the database for a moment: waits for it, brings it up to date, leaves it as it was. A question starts none; what
 * is no question may have changed what screens show.
 */
async function withDatabase(setting: Setting, work: (pool: Pool) => Promise<void>, otherwise: 'start-it' | 'only-running' = 'start-it') {
  const { config, here, clock, log } = setting
  const database = await findDatabase(config, here, log, otherwise)
  try {
    await migrateWhenThere(database.url, clock, log, () => false)
    const pool = createPool({ url: database.url, role: null, name: `pitgate-${command}`, size: 2, log })
    try {
      await work(pool)
      if (otherwise === 'start-it') await tellToLookAgain(pool)
    } finally {
      await pool.end()
    }
  } finally {
    await database.stop()
  }
}

function wanted(count: 1): readonly [string]
function wanted(count: 2): readonly [string, string]
function wanted(count: 3): readonly [string, string, string]
function wanted(count: number): readonly string[] {
  if (about.length < count) stopWith(USAGE, 2)
  return about
}

/** Ends in order on Ctrl-C, on SIGTERM, and when the demo that started us is gone. */
function untilEnded(stop: () => Promise<void>): void {
  const closing = closeWithGrace({ delay: 10_000, logger: false }, async ({ err }) => {
    if (err) process.stderr.write(`${err.stack ?? reasonOf(err)}\n`)
    await stop()
  })
  if (process.connected) process.once('disconnect', () => closing.close())
}

function parseOrStop() {
  try {
    return parseArgs({
      args: keysLast(process.argv.slice(2)),
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        demo: { type: 'boolean' },
        registers: { type: 'string' },
        help: { type: 'boolean' },
        site: { type: 'string' },
        edge: { type: 'string' },
        wait: { type: 'string' },
        carrier: { type: 'string' },
        consignee: { type: 'string' },
        product: { type: 'string', multiple: true },
        count: { type: 'string' },
        tonnes: { type: 'string' },
        hours: { type: 'string' },
      },
    })
  } catch (error) {
    return stopWith(`${reasonOf(error)}\n${USAGE}`, 2)
  }
}
