import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { decode } from './decode.ts'
import { answerLines } from './json-lines.ts'

/** The ways in and out of a command; a test hands in its own. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
  readonly errors: Writable
}

/** A command of the conformance kit: no site, no configuration, no ledger. The answer is the exit code; a sentence is thrown as KitMistake. */
export type KitCommand = (args: readonly string[], terminal: Terminal) => Promise<number>

/** Something the person at the keyboard can put right. */
export class KitMistake extends Error {}

/** Shown under the agent's own commands. */
export const KIT_USAGE = `
for vendors and site engineers, without a configuration:
  decode NAME HEX        what a dialect makes of these bytes; \`decode --list\` names the dialects
  decode --batch         JSON lines {"id","protocol","hex"} in, {"id","frames","rejected"} out`

export const KIT_COMMANDS: Readonly<Record<string, KitCommand>> = {
  decode: decodeCommand,
}

async function decodeCommand(args: readonly string[], { input, output }: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { batch: { type: 'boolean' }, list: { type: 'boolean' } },
  })
  if (values.list) {
    for (const { name, evidence, about } of Object.values(SCALE_DIALECTS))
      output.write(`${name.padEnd(26)} ${evidence.padEnd(6)} ${about}\n`)
    return 0
  }
  if (values.batch) {
    await answerLines(input, output, (asked) => ({ ...decode(asked) }))
    return 0
  }
  const [protocol, ...hex] = positionals
  if (protocol === undefined || hex.length === 0) throw new KitMistake('decode NAME HEX, or decode --batch, or decode --list')
  const { id: _id, ...decoded } = decode({ protocol, hex: hex.join(' ') })
  if (decoded.error !== undefined) throw new KitMistake(decoded.error)
  output.write(`${JSON.stringify(decoded, null, 2)}\n`)
  return decoded.rejected.length === 0 ? 0 : 1
}
