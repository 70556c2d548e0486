import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { AGENT, LANE, SITE } from '../edge-agent/store/store-rig.ts'

const NOWHERE = { mqtt: 'mqtt://127.0.0.1:9', password: '' }

/** `edge.yaml` of an agent whose one lane has no device that answers. Its store is `folder/name`; without a link its cloud is out of reach. */
export function bareConfig(
  folder: string,
  name: string,
  { mqtt, password }: { readonly mqtt: string; readonly password: string } = NOWHERE,
): string {
  const file = join(folder, `${name}.yaml`)
  const lane = {
    lane: LANE,
    name: '北磅',
    scaleRecord: { eKg: 20, maxKg: 120_000, minKg: 400, serial: 's', certificate: 'c', certificateUntil: '2036-01-01T00:00:00Z' },
    scale: { address: 'tcp://127.0.0.1:9', dialect: 'yaohua-tf0', unit: 'kg' },
    board: {
      address: 'tcp://127.0.0.1:10',
      unitAddress: 1,
      outputs: { entryOpen: 0, exitOpen: 2, entryGreen: 4, exitGreen: 5, siren: 6 },
      inputs: { 'entry-loop': { input: 0 }, 'exit-loop': { input: 3 } },
    },
    cameras: [],
  }
  writeFileSync(
    file,
    stringify({
      site: SITE,
      agent: AGENT,
      folder: `./${name}`,
      cloud: { mqtt, password, https: 'http://127.0.0.1:9', issuers: {} },
      lanBroker: { host: '127.0.0.1', port: 0 },
      console: { port: 0 },
      lanes: [lane],
    }),
  )
  return file
}
