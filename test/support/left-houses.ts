import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databasePidFile } from '../../simulators/demo-site.ts'

/**
 * A house lives in a folder that names the process it belongs to. Its programs notice when that process is gone; what cannot notice
 * (a database whose program was killed as well) and the folder itself are cleared away by whoever opens a house next.
 */
const FOLDER = 'pitgate-house-'

export const houseFolder = (): string => mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`))

export function clearLeftHouses(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(FOLDER) ? Number(name.slice(FOLDER.length).split('-')[0]) : 0
    if (!(owner > 0) || isAlive(owner)) continue
    const folder = join(tmpdir(), name)
    endLeftDatabase(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Ends the database server of this folder, if it still runs: PostgreSQL lives on when the program that started it is killed. */
export function endLeftDatabase(folder: string): void {
  const server = Number(textOf(databasePidFile(folder)).split('\n')[0])
  // The number in a left file may by now be anybody's: only a server that was started on this folder is ended.
  if (server > 0 && textOf(`/proc/${server}/cmdline`).includes(folder)) process.kill(server, 'SIGQUIT')
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
