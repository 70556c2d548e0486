import { expect, it } from 'vitest'
import { type HealthParts, healthOf } from '../../edge-agent/health.ts'
import { openDatabase } from '../../edge-agent/store/database.ts'
import { watchLink } from '../../edge-agent/sync/link-state.ts'
import { write } from '../cloud-service/ingest/real-road.ts'
import { AGENT, aRig, SITE } from './store/store-rig.ts'

it('health is told also once the store is in doubt: that it is, and how many records then waited', { timeout: 120_000 }, async () => {
  const rig = aRig()
  const before = rig.open()
  // More than a start verifies: the record that was edited is found when it is about to be sent.
  for (let more = 0; more < 5; more += 1) write(before, 4_040)
  const { epoch } = before.head()
  await before.close()
  const database = openDatabase(rig.parts.folder)
  database.run(`update journal set bytes = replace(bytes, 'device-silent', 'device-silenz') where seq = 7`)
  database.close()

  const store = rig.open()
  const { clock, folder, software } = rig.parts
  const parts: HealthParts = {
    site: SITE,
    agent: AGENT,
    folder,
    software,
    clock,
    key: rig.signer,
    store,
    loop: () => ({ p99Ms: 0, longestMs: 0 }),
    link: watchLink(clock, store.backlog).state,
    lanBroker: () => ({ port: 0, strangers: [] }),
    cameraListener: () => null,
    console: () => ({ host: '127.0.0.1', port: 0, tls: null, people: null }),
    lanes: () => [],
  }
  const waiting = { records: 20_201, oldest: expect.any(String) }
  expect(healthOf(parts)).toMatchObject({ store: { broken: null, seq: 20_201 }, link: { backlog: waiting } })
  expect(() => store.linesToSend(epoch, 1, 10)).toThrow('chain-broken')
  expect(healthOf(parts)).toMatchObject({
    store: { broken: expect.stringContaining('store-broken'), seq: 20_201 },
    evidence: null,
    link: { backlog: waiting },
  })
  await store.close()
  rig.remove()
})
