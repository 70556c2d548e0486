import { resolve } from 'node:path'
import type { AgentId, SiteId } from '#edge/ids'
import { type Told, verifiedWords } from './backup-command.ts'
import { EdgeError, reasonOf } from './errors.ts'
import type { AgentKey } from './keys.ts'
import { type Restored, restore } from './store/restore.ts'
import type { Store } from './store/store.ts'

export interface RestoreCommandParts {
  readonly folder: string
  readonly site: SiteId
  readonly agent: AgentId
  readonly running: boolean
  /** This agent's key; made where there is none and no store. */
  key(): AgentKey
  /** Opens the store that was put here, which begins its new epoch. The caller closes it. */
  openStore(): Store | null
  /** How far it is, for a person who waits. */
  onProgress(line: string): void
}

/**
 * `edge restore FILE`: puts a backup in the place of the store. What was weighed after the backup is in the cloud as far as it was
 * receipted; tickets are asked for anew, and until they have come every vehicle needs a person.
 */
export async function restoreCommand(file: string, parts: RestoreCommandParts): Promise<Told> {
  const { folder, site, agent, running, key, openStore, onProgress } = parts
  if (running) return failed('代理正在运行，请先停止 / the agent runs: stop it first')
  const from = resolve(file)
  const own = key()
  let done: Restored
  try {
    done = restore(from, folder, own, {
      onVerified: (records) => onProgress(verifiedWords(records)),
      mayBe(found) {
        if (found.site !== site || found.agent !== agent)
          throw new EdgeError('config-wrong', { file: from, why: `it is of ${found.site}/${found.agent}, and this is ${site}/${agent}` })
      },
    })
  } catch (error) {
    const why = error instanceof EdgeError && typeof error.facts.why === 'string' ? error.facts.why : reasonOf(error)
    return failed(`不能恢复 / it cannot be restored: ${why}`)
  }
  const { contents, aside } = done
  const store = openStore()
  const head = store?.head()
  await store?.close()
  return {
    code: 0,
    lines: [
      `已由备份恢复 / restored from ${from}`,
      `  记录 / records ${contents.records}, 至 / up to ${contents.head.epoch} ${contents.head.seq}, ${contents.newestAt}`,
      ...(head ? [`  新纪元 / new epoch ${head.epoch}: 编号不会重复使用 / no number is ever given twice`] : []),
      ...(aside === null ? [] : [`  原账本保存在 / what was here before is kept in ${folder}/${aside}`]),
      `  密钥 / key ${own.key}: 若是新密钥，先向云端登记 / where it is a new one, enrol it at the cloud first`,
      '  连上云端收到票册前，车辆须人工放行 / until the cloud has sent the tickets again, every vehicle needs a person',
    ],
  }
}

const failed = (sentence: string): Told => ({ lines: [sentence], code: 1 })
