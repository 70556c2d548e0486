import { parseArgs } from 'node:util'
import { type EdgeConfig, readConfig } from './config.ts'
import { EdgeError, reasonOf, sentenceFor } from './errors.ts'
import { KIT_COMMANDS, KIT_USAGE } from './kit/commands.ts'
import { KitMistake } from './kit/kit-mistake.ts'

/** The agent's command line: which command was meant. What each does is in `site-commands.ts` and `kit/commands.ts`. */
const USAGE = `npm run -s edge -- <command> [--config FILE]
  run           weigh, decide, keep, send (until Ctrl-C)
  key           make the agent's key if there is none, and print what the cloud must be told at enrolment
  doctor        what is connected, silent; clock, disk, key, link
  why ID        any record in plain words: why the barrier opened or stayed shut, who did what; and the re-run that proves it
  why [--lane LANE]   the newest vehicle there, or anywhere, as a story of all its records
  why --all     the same of every record, short, a line of JSON each
  dry-run --policy FILE   what a policy, or changes to the one in force, would have done to the last weighings; --last N of them, usually 500
  slip ID       print the weigh slip of a weighing, by its id or its slip number; --reprint a further time, --text only shows it
  booklets      what is left of the tickets that were signed ahead for hours without a cloud
  backup FILE   the whole store in one file, also while the agent runs; every record verified
  restore FILE  put a backup in the place of the store, in a new epoch; what was here is kept; the agent must be stopped
--config is edge.yaml, or .pitgate/edge.yaml of the running demo when that is missing
${KIT_USAGE}`

function stopWith(sentence: string, code = 1): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

// Whoever read our words has heard enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
const [command, ...rest] = process.argv.slice(2)
const kit = command !== undefined && Object.hasOwn(KIT_COMMANDS, command) ? KIT_COMMANDS[command] : undefined
try {
  if (kit) process.exitCode = await kit(rest, { input: process.stdin, output: process.stdout, errors: process.stderr })
  else await site()
} catch (error) {
  if (error instanceof EdgeError) stopWith(`${sentenceFor(error)}\n  (${error.message})`)
  stopWith(error instanceof KitMistake ? error.message : reasonOf(error), error instanceof KitMistake ? 2 : 1)
}

/** Loaded only when meant: the kit needs no ledger, no broker and no cloud. */
async function site(): Promise<void> {
  const { siteCommands } = await import('./site-commands.ts')
  const flag = { type: 'boolean' } as const
  const options = {
    config: { type: 'string' },
    help: flag,
    reprint: flag,
    text: flag,
    all: flag,
    policy: { type: 'string' },
    last: { type: 'string' },
    lane: { type: 'string' },
  } as const
  const { positionals, values } = parseArgs({ allowPositionals: true, options })
  const [what, about] = positionals
  if (values.help || what === undefined) stopWith(USAGE, values.help ? 0 : 2)
  const commands = siteCommands(configOrStop(values.config))
  switch (what) {
    case 'run':
      return await commands.run()
    case 'key':
      return commands.key()
    case 'doctor':
      return await commands.doctor()
    case 'why':
      if (values.all) return commands.whyAll()
      return about === undefined ? await commands.whyStory(values.lane ?? null) : await commands.why(about)
    case 'dry-run':
      return await commands.dryRun({ policy: values.policy ?? stopWith(USAGE, 2), last: lastOf(values.last) })
    case 'slip':
      return await commands.slip(about ?? stopWith(USAGE, 2), { reprint: values.reprint === true, text: values.text === true })
    case 'booklets':
      return await commands.booklets()
    case 'backup':
      return await commands.backup(about ?? stopWith(USAGE, 2))
    case 'restore':
      return await commands.restore(about ?? stopWith(USAGE, 2))
    default:
      stopWith(USAGE, 2)
  }
}

/** How many weighings a dry run looks at. */
function lastOf(said = '500'): number {
  const last = Number(said)
  return Number.isSafeInteger(last) && last > 0 ? last : stopWith(`--last ${said}: 应为正整数 / must be a whole number above 0`, 2)
}

function configOrStop(given: string | undefined): EdgeConfig {
  const tried = given ? [given] : ['edge.yaml', '.pitgate/edge.yaml']
  for (const file of tried) {
    const reading = readConfig(file)
    if (reading.ok) return reading.config
    if (file === tried.at(-1) || !reading.missing) stopWith(reading.sentence)
  }
  return stopWith(USAGE, 2)
}
