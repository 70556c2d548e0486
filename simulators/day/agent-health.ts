import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the running agent says of itself on its local door (`doctor` asks the same). */
export interface AgentHealth {
  readonly store: { readonly epoch: string; readonly seq: number; readonly broken: string | null }
  readonly link: { readonly state: string; readonly backlog: { readonly records: number } }
  readonly lanes: readonly { readonly lane: string; readonly phase: string; readonly why: string | null }[]
  readonly rssBytes: number
}

/** Null while it is not there or gives no answer. */
export async function agentHealth(folder: string): Promise<AgentHealth | null> {
  try {
    const { port, key } = JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as { port: number; key: string }
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { authorization: key }, signal: AbortSignal.timeout(3_000) })
    return answer.ok ? ((await answer.json()) as AgentHealth) : null
  } catch {
    return null
  }
}
