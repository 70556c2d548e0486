import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { isPrivate } from '../../../edge-agent/config/console.ts'
import { doctor } from '../../../edge-agent/doctor.ts'
import { type AgentRig, agentRig } from '../agent-rig.ts'
import { orderPeople, PINS } from './people-rig.ts'
import { CERTIFICATE, KEY } from './test-certificate.ts'

const LONG = { timeout: 60_000 }
let rig: AgentRig
const folders: string[] = []
afterEach(async () => {
  await rig.close()
  expect(rig.broke).toEqual([])
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** An address of this computer on a private network, if it has one; a link-local one wants a zone and is passed over. */
const onTheLan = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ address, internal }) => !internal && isPrivate(address) && !/^(fe80|169\.254)/.test(address))?.address

describe.skipIf(process.platform === 'win32')('the console beyond this computer', () => {
  it.skipIf(onTheLan === undefined)(
    'asks everybody on the site’s network to sign in, and doctor says that it is in clear',
    LONG,
    async () => {
      const host = onTheLan ?? ''
      rig = await agentRig({ speed: 10, console: { host } })
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${rig.agent.health().console.port}`
      await orderPeople(rig.orders, rig.agent.store)
      expect((await fetch(`${url}/api/console`)).status).toBe(401)
      expect((await fetch(`${url}/api/display?lane=north`)).status).toBe(200)
      const answer = await fetch(`${url}/api/console/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'wang', secret: PINS.wang }),
      })
      const cookie = answer.headers.get('set-cookie') ?? ''
      expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/)
      expect((await fetch(`${url}/api/console`, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200)
      expect((await doctor(rig.config, rig.agent.health())).lines.join('\n')).toMatch(/! 控制台 \/ console: .*3 名操作员.*wang.*明文/)
    },
  )

  it('speaks TLS with the site’s own certificate, and its cookie then goes nowhere else', LONG, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pitgate-console-tls-'))
    folders.push(folder)
    writeFileSync(join(folder, 'console.pem'), CERTIFICATE)
    writeFileSync(join(folder, 'console.key'), KEY)
    rig = await agentRig({ speed: 10, console: { tls: { certificate: join(folder, 'console.pem'), key: join(folder, 'console.key') } } })
    await orderPeople(rig.orders, rig.agent.store)
    const { port } = rig.agent.health().console
    const body = JSON.stringify({ id: 'zhang', secret: PINS.zhang })
    const answer = await new Promise<{ status: number; cookie: string }>((done, failed) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          path: '/api/console/session',
          method: 'POST',
          ca: CERTIFICATE,
          headers: { 'content-type': 'application/json' },
        },
        (said) => {
          said.resume()
          done({ status: said.statusCode ?? 0, cookie: said.headers['set-cookie']?.[0] ?? '' })
        },
      )
      asked.on('error', failed)
      asked.end(body)
    })
    expect(answer).toEqual({ status: 200, cookie: expect.stringMatching(/; Secure$/) })
    expect((await doctor(rig.config, rig.agent.health())).lines.join('\n')).toMatch(/✓ 控制台 \/ console: https:\/\/127\.0\.0\.1:/)
  })
})
