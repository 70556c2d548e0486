import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readConfig } from '../../../cloud-service/config.ts'
import { startEmbedded } from '../../../cloud-service/database/embedded.ts'
import { findDatabase } from '../../../cloud-service/which-database.ts'
import { freePort, quiet } from '../../support/postgres.ts'

it('the database of a folder is found on whatever port it runs; where it does not run, a question starts none', async () => {
  const databaseFolder = await mkdtemp(join(tmpdir(), 'pitgate-which-'))
  const usual = await freePort()
  const config = readConfig(undefined, { PITGATE_DATABASE_PORT: String(usual) })
  const ask = () => findDatabase(config, { databaseFolder }, quiet, 'only-running')
  await expect(ask()).rejects.toMatchObject({ code: 'database-unreachable', message: expect.stringContaining('数据库未运行') })
  const server = await startEmbedded({ folder: databaseFolder, port: await freePort(), log: quiet })
  expect((await ask()).url).toBe(server.url)
  await server.crash()
  // Its lock file is left behind, and nobody answers there.
  await expect(ask()).rejects.toMatchObject({ code: 'database-unreachable' })
  await rm(databaseFolder, { recursive: true, force: true })
})
