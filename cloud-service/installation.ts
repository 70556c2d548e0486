import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { agentUser, CLOUD_USER, setPassword, usersIn, writeAcl } from './broker/credentials.ts'
import type { Config } from './config.ts'
import { CloudError, reasonOf } from './errors.ts'
import { type IssuerKey, issuerKey } from './keys.ts'

/** What one installation keeps in its folder: the issuer key, who may enter the broker, the embedded database, the demo's sign-ins. */
export interface Installation {
  readonly issuer: () => IssuerKey
  readonly databaseFolder: string
  /** In mosquitto's format; made with the cloud's own user in it. */
  readonly passwordFile: () => string
  /** User and password of the service itself. */
  readonly cloudLogin: () => { readonly username: string; readonly password: string }
  /** A new password for an agent, shown this once. */
  readonly letIn: (site: string, agent: string) => string
  /** Copies what mosquitto needs into a folder: password file and access list. */
  readonly writeBrokerFiles: (folder: string) => void
  readonly demoFile: string
}

export function installation({ folder, broker }: Config): Installation {
  const passwords = join(folder, 'broker', 'passwords')
  const passwordFile = (): string => {
    if (!usersIn(passwords).includes(CLOUD_USER)) setPassword(passwords, CLOUD_USER, ownPassword(join(folder, 'broker', 'cloud-password')))
    return passwords
  }
  return {
    issuer: () => issuerKey(join(folder, 'issuer.pem')),
    databaseFolder: join(folder, 'database'),
    passwordFile,
    cloudLogin: () => {
      if (broker.user !== undefined) return { username: broker.user, password: broker.password ?? '' }
      passwordFile()
      return { username: CLOUD_USER, password: ownPassword(join(folder, 'broker', 'cloud-password')) }
    },
    letIn: (site, agent) => setPassword(passwordFile(), agentUser(site, agent)),
    writeBrokerFiles: (to) => {
      keep(join(to, 'passwords'), readFileSync(passwordFile(), 'utf8'))
      writeAcl(join(to, 'acl'), usersIn(passwords))
    },
    demoFile: join(folder, 'demo.json'),
  }
}

/** Made once; two processes that start together take the one that was there first. */
function ownPassword(file: string): string {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(24))).toString('base64url'), {
      mode: 0o600,
      flag: 'wx',
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new CloudError(
        'folder-unwritable',
        `无法写入 / cannot write ${file}: ${reasonOf(error)}. Give this user the right to, or choose another folder (PITGATE_CLOUD_DATA).`,
        error,
      )
  }
  return readFileSync(file, 'utf8').trim()
}

function keep(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { mode: 0o600 })
  } catch (error) {
    throw new CloudError('folder-unwritable', `无法写入 / cannot write ${file}: ${reasonOf(error)}`, error)
  }
}
