import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Verifier } from '#edge/seal'
import { type AgentKey, agentKey, verifierOf } from '../../edge-agent/keys.ts'

/** A folder in memory where there is one: what reaches a disk when is tried elsewhere, with power cuts. */
export function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return tmpdir()
  }
}

interface HouseKeys {
  readonly signer: AgentKey
  readonly issuer: AgentKey
  readonly issuerKeys: Verifier
}
let made: HouseKeys | null = null

/** Real keys, the same for all runs of a process. Ed25519 says the same for the same text, so nothing is signed twice. */
export function houseKeys(): HouseKeys {
  if (made !== null) return made
  const folder = mkdtempSync(join(memoryFolder(), 'pitgate-keys-'))
  const signer = agentKey(join(folder, 'agent.key'))
  const issuer = agentKey(join(folder, 'issuer.key'))
  rmSync(folder, { recursive: true })
  made = { signer, issuer, issuerKeys: verifierOf({ [issuer.key]: issuer.publicKey }) }
  return made
}
