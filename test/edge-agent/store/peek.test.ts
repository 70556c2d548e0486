import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { hasher } from '../../../edge-agent/keys.ts'
import { peekStore } from '../../../edge-agent/store/peek.ts'
import { AGENT, aRig, SITE } from './store-rig.ts'

it('a store can be looked into while its agent writes', { timeout: 60_000 }, async () => {
  const rig = aRig()
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', join(import.meta.dirname, 'appender.ts'), rig.folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface(child.stdout)
    const [spoken] = (await once(lines, 'line')) as [string]
    for (const _look of [1, 2, 3]) {
      const peek = peekStore(rig.parts)
      const { epoch, seq } = peek.head()
      expect(seq).toBeGreaterThanOrEqual(Number(spoken))
      const record = peek.record({ site: SITE, agent: AGENT, epoch, seq })
      expect(hasher.hash(record?.bytes ?? '')).toBe(record?.hash)
      const weighing = JSON.parse(record?.bytes ?? '{}').body
      expect(peek.tape(weighing.tape)).toBe(`{"v":1,"at":${seq - 1}}`)
      peek.close()
    }
  } finally {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    rig.remove()
  }
})

it('a folder without a store says so', () => {
  const rig = aRig()
  expect(() => peekStore(rig.parts)).toThrow('there is no store here yet')
  rig.remove()
})
