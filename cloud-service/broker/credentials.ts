import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SLUG } from '#edge/ids'
import { messagesGoing, topicOf } from '#edge/messages'
import { CloudError, reasonOf } from '../errors.ts'

/**
 * Who may enter the broker: a password file as mosquitto reads it (`user:$7$iterations$salt$hash`, PBKDF2-SHA512), which the embedded
 * broker reads too. An agent's user is `site/agent`; the cloud's is `cloud`.
 */
export const CLOUD_USER = 'cloud'
export const agentUser = (site: string, agent: string): string => `${site}/${agent}`

const AGENT = new RegExp(`^(${SLUG.slice(1, -1)})/(${SLUG.slice(1, -1)})$`)
/** The site and agent a user name stands for; null for anything else (a wildcard in a user name has opened brokers before: CVE-2017-7650). */
export function readAgentUser(user: string): { site: string; agent: string } | null {
  const parts = AGENT.exec(user)
  return parts === null ? null : { site: parts[1] as string, agent: parts[2] as string }
}

const ITERATIONS = 20_000
const LENGTH = 64

export function hashPassword(password: string, salt = randomBytes(12)): string {
  const hash = pbkdf2Sync(password, salt, ITERATIONS, LENGTH, 'sha512')
  return `$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`
}

/** False for a wrong password and for a hash that is none; takes as long either way. */
export function passwordFits(password: string, stored: string): boolean {
  const parts = /^\$7\$(\d{1,7})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(stored)
  if (parts === null) return false
  const [, iterations, salt, hash] = parts as unknown as [string, string, string, string]
  const expected = Buffer.from(hash, 'base64')
  if (expected.length === 0) return false
  return timingSafeEqual(expected, pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), expected.length, 'sha512'))
}

/** User → hash. Lines that are none are left out: they open nothing. */
export function readPasswords(text: string): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(':')
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trim()] as const] : []
    }),
  )
}

/** Sets one user's password, a new random one unless it is given, and gives it back: it is shown once and kept only as its hash. */
export function setPassword(file: string, user: string, password: string = randomBytes(24).toString('base64url')): string {
  if (user !== CLOUD_USER && readAgentUser(user) === null)
    throw new CloudError('config-wrong', `"${user}" is no broker user: write site/agent`)
  const users = readPasswords(readIfThere(file))
  users.set(user, hashPassword(password))
  replaceFile(file, [...users].map(([name, hash]) => `${name}:${hash}\n`).join(''))
  return password
}

export const usersIn = (file: string): string[] => [...readPasswords(readIfThere(file)).keys()]

/** The same confinement for mosquitto, user by user: each agent its own topics, by their direction in MESSAGES; nothing else is allowed. */
export function aclFor(users: readonly string[]): string {
  const blocks = users.flatMap((user) => {
    if (user === CLOUD_USER) return [`user ${user}\ntopic readwrite pitgate/v1/#\n`]
    const who = readAgentUser(user)
    if (who === null) return []
    const topic = (right: string) => (name: Parameters<typeof topicOf>[2]) => `topic ${right} ${topicOf(who.site, who.agent, name)}`
    return [[`user ${user}`, ...messagesGoing('up').map(topic('write')), ...messagesGoing('down').map(topic('read')), ''].join('\n')]
  })
  return `# Written by "cloud broker-files". Who is not named here may do nothing.\n\n${blocks.join('\n')}`
}

/** Writes the password file's companion for mosquitto. */
export const writeAcl = (file: string, users: readonly string[]): void => replaceFile(file, aclFor(users))

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new CloudError('folder-unwritable', `The broker's file ${file} cannot be read: ${reasonOf(error)}`, error)
  }
}

/** Whole or not at all: a broker may read it at any moment. */
function replaceFile(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, text, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw new CloudError('folder-unwritable', `The broker's file ${file} cannot be written: ${reasonOf(error)}`, error)
  }
}
