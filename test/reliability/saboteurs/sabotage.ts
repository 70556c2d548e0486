import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ran, runNode, sourceProgram, theTree } from '../run-program.ts'
import type { Catcher, Edit, Saboteur } from './table.ts'

/** What became of a saboteur: the invariants that caught it; none where it got away, with what its catcher said. */
export interface Sabotaged {
  readonly name: string
  readonly caughtBy: readonly string[]
  readonly said: string
  readonly seconds: number
}

/** A copy of the sources that may be spoiled, with the packages of the real tree. */
export interface Copy {
  readonly tree: string
  remove(): void
}

const SOURCES = ['edge-agent', 'cloud-service', 'simulators', 'test', 'package.json', 'tsconfig.json']

export function copyOfSources(): Copy {
  const tree = mkdtempSync(join(tmpdir(), 'pitgate-sabotage-'))
  for (const name of SOURCES) cpSync(join(theTree, name), join(tree, name), { recursive: true })
  symlinkSync(join(theTree, 'node_modules'), join(tree, 'node_modules'))
  return { tree, remove: () => rmSync(tree, { recursive: true, force: true }) }
}

/** Spoils the copy, runs the catcher there, and puts the copy back. Throws when an edit no longer fits the sources. */
export async function sabotage({ tree }: Copy, saboteur: Saboteur): Promise<Sabotaged> {
  const before = new Map(saboteur.edits.map(({ file }) => [file, readFileSync(join(tree, file), 'utf8')]))
  const born = performance.now()
  try {
    for (const edit of saboteur.edits) writeFileSync(join(tree, edit.file), spoilt(readFileSync(join(tree, edit.file), 'utf8'), edit))
    const ran = await run(tree, saboteur.catcher)
    const caught = ran.code === 0 ? [] : saboteur.caughtBy.filter(({ says }) => ran.said.includes(says))
    const seconds = Math.round((performance.now() - born) / 1_000)
    return { name: saboteur.name, caughtBy: caught.map(({ invariant }) => invariant), said: ran.said.slice(-4_000), seconds }
  } finally {
    for (const [file, text] of before) writeFileSync(join(tree, file), text)
  }
}

/** The text with the edit made. Throws when what it looks for is not there exactly once. */
export function spoilt(text: string, { file, find, replace }: Edit): string {
  const found = text.split(find).length - 1
  if (found !== 1) throw new Error(`${file}: a saboteur looks for this and finds it ${found} times: ${find}`)
  return text.replace(find, () => replace)
}

const WITHIN = 240_000

function run(tree: string, catcher: Catcher): Promise<Ran> {
  switch (catcher.kind) {
    case 'power-cuts':
      return runNode([...sourceProgram(tree, 'power-cuts-program'), '--cuts', String(catcher.cuts)], {
        before: ['unshare', '--mount'],
        tree,
        within: WITHIN,
      })
    case 'dying-disks':
      return runNode([...sourceProgram(tree, 'dying-disks-program'), '--disks', String(catcher.disks)], {
        before: ['unshare', '--mount'],
        tree,
        within: WITHIN,
      })
    case 'kills':
      return runNode([...sourceProgram(tree, 'kills-program'), '--kills', String(catcher.kills)], { tree, within: WITHIN })
    case 'vitest':
      return runNode(['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', catcher.file], { tree, within: WITHIN })
  }
}
