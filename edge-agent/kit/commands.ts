import { parseArgs } from 'node:util'
import { CAMERA_DIALECTS } from '#dialects/camera/camera-dialects'
import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'
import { decode } from './decode.ts'
import { decodeCamera } from './decode-camera.ts'
import { detectCommand } from './detect.ts'
import { answerLines } from './json-lines.ts'
import { KitMistake } from './kit-mistake.ts'
import { recordCommand } from './record.ts'
import { replayCommand } from './replay.ts'
import { reportCommand } from './report.ts'
import type { KitCommand, Terminal } from './terminal.ts'

/** Shown under the agent's own commands. */
export const KIT_USAGE = `
for vendors and site engineers, without a configuration:
  decode NAME HEX        what a dialect makes of these bytes; \`decode --list\` names the dialects
  decode --profile FILE HEX  the same with a profile: a file, or the name of a shipped one
  decode --batch         JSON lines {"id","protocol","hex"} in, {"id","frames","rejected"} out
  decode-camera --batch  JSON lines {"id","vendor","transport","topicOrUrl","contentType","payloadEncoding","payload"} in,
                         what the message says out
  detect ADDRESS         listens to a line at each usual setting and says which indicator it may be; sends nothing
  detect --file FILE     the same for a capture
  record ADDRESS FILE    captures a line with its timing
  replay FILE            reads a capture with a dialect; \`--to ADDRESS\` sends it again at its own pace
  report FILE            a page about a capture that a vendor can attach, and its figures as JSON`

export const KIT_COMMANDS: Readonly<Record<string, KitCommand>> = {
  decode: decodeCommand,
  'decode-camera': decodeCameraCommand,
  detect: detectCommand,
  record: recordCommand,
  replay: replayCommand,
  report: reportCommand,
}

async function decodeCommand(args: readonly string[], { input, output }: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { batch: { type: 'boolean' }, list: { type: 'boolean' }, profile: { type: 'string' } },
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
  const [protocol, ...hex] = values.profile === undefined ? positionals : [undefined, ...positionals]
  if ((protocol === undefined && values.profile === undefined) || hex.length === 0)
    throw new KitMistake('decode NAME HEX, or decode --profile FILE HEX, or decode --batch, or decode --list')
  const { id: _id, ...decoded } = decode({ protocol, profile: values.profile, hex: hex.join(' ') })
  if (decoded.error !== undefined) throw new KitMistake(decoded.error)
  output.write(`${JSON.stringify(decoded, null, 2)}\n`)
  return decoded.rejected.length === 0 ? 0 : 1
}

async function decodeCameraCommand(args: readonly string[], { input, output }: Terminal): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { batch: { type: 'boolean' }, list: { type: 'boolean' } } })
  if (values.list) {
    for (const { name, carriedBy, about } of Object.values(CAMERA_DIALECTS))
      output.write(`${name.padEnd(26)} ${carriedBy.padEnd(12)} ${about}\n`)
    return 0
  }
  if (!values.batch) throw new KitMistake('decode-camera --batch, or decode-camera --list')
  await answerLines(input, output, decodeCamera)
  return 0
}
