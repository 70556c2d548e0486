import { expect, it } from 'vitest'
import { cutMigrations } from './migrations.ts'

it('a power cut while an older store is brought up to date leaves the old tables or the new ones, and every record', {
  timeout: 600_000,
}, async () => {
  const { cuts, old, broken } = await cutMigrations({ each: 1, thin: 8, seed: 1 })
  expect(broken).toEqual([])
  expect([old > 0, old < cuts]).toEqual([true, true])
  console.log(
    `${cuts} cuts while tables were brought up to date: ${old} times the old tables, ${cuts - old} times the new ones, every row and record there`,
  )
})
