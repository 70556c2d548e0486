import { existsSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Running } from './console/local-http.ts'
import { reasonOf } from './errors.ts'
import type { AgentKey } from './keys.ts'
import type { BackupState } from './store/backup.ts'
import { lookIntoBackup } from './store/look-into-backup.ts'
import type { Store } from './store/store.ts'

/** What a command says, and how it ends. */
export interface Told {
  readonly lines: readonly string[]
  readonly code: number
}

export interface BackupCommandParts {
  /** The running agent: it alone may read its store. */
  readonly running: Running | null
  /** This agent's key: by it the copy is verified. */
  key(): AgentKey
  /** Null where there is no store yet. The caller of this closes it. */
  openStore(): Store | null
  /** Waits between two questions how far the copy is. */
  pause(): Promise<void>
  /** How far it is, for a person who waits. */
  onProgress(line: string): void
}

/**
 * `edge backup FILE`: a copy of the whole store in one file, also while the agent weighs, read from end to end before it bears its name.
 * The agent's key is not in it: a backup may lie anywhere.
 */
export async function backupCommand(file: string, parts: BackupCommandParts): Promise<Told> {
  const to = resolve(file)
  if (existsSync(to)) return failed(`${to} 已存在，不会覆盖 / is there already and will not be overwritten`)
  const half = `${to}.part`
  rmSync(half, { force: true })
  const state = parts.running ? await byTheAgent(parts.running, half, parts) : await byUs(half, parts)
  if (state === null) return failed('本机没有账本 / this agent has no ledger yet')
  if (state.kind !== 'done') return failed(`备份失败 / the backup failed: ${state.kind === 'failed' ? state.why : state.kind}`)
  try {
    const { records, epochs, head, newestAt } = lookIntoBackup(half, parts.key(), (verified) => parts.onProgress(verifiedWords(verified)))
    renameSync(half, to)
    return {
      code: 0,
      lines: [
        `已备份到 / backed up to ${to} (${megabytes(state.bytes)} MB)`,
        `  记录 / records ${records}, 纪元 / epochs ${epochs}, 最新 / newest ${head.epoch} ${head.seq}, ${newestAt}`,
        `  逐条核验无误 / every record verified; 链首 / head ${head.hash}`,
        '  不含密钥 agent.key，请另行保管 / without the key agent.key: keep that apart',
      ],
    }
  } catch (error) {
    rmSync(half, { force: true })
    return failed(`备份核验不过，已删除 / the copy did not verify and is deleted: ${reasonOf(error)}`)
  }
}

async function byUs(to: string, { openStore }: BackupCommandParts): Promise<BackupState | null> {
  const store = openStore()
  if (!store) return null
  try {
    store.backups.begin(to)
    await store.backups.idle()
    return store.backups.state()
  } finally {
    await store.close()
  }
}

async function byTheAgent({ port, key }: Running, to: string, { pause, onProgress }: BackupCommandParts): Promise<BackupState> {
  const ask = async <T>(method: 'GET' | 'POST', query = ''): Promise<T | null> => {
    const answer = await fetch(`http://127.0.0.1:${port}/backup${query}`, {
      method,
      headers: { authorization: key },
      signal: AbortSignal.timeout(10_000),
    })
    return answer.ok ? ((await answer.json()) as T) : null
  }
  const fails = (why: string): BackupState => ({ kind: 'failed', to, why })
  try {
    const said = await ask<{ begun: boolean }>('POST', `?to=${encodeURIComponent(to)}`)
    if (!said) return fails('代理没有应答 / the agent does not answer')
    if (!said.begun) return fails('已有一份备份正在进行 / another backup is under way')
    for (;;) {
      const state = await ask<BackupState>('GET')
      if (state?.kind !== 'copying') return state ?? fails('代理没有应答 / the agent does not answer')
      onProgress(`${megabytes(state.copiedBytes)} / ${megabytes(state.ofBytes)} MB`)
      await pause()
    }
  } catch (error) {
    return fails(reasonOf(error))
  }
}

/** How many records of a backup have been verified. */
export const verifiedWords = (records: number): string => `已核验 / verified ${records}`
const megabytes = (bytes: number): number => Math.ceil(bytes / 1_000_000)
const failed = (sentence: string): Told => ({ lines: [sentence], code: 1 })
