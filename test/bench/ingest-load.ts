import { readFileSync } from 'node:fs'
import { connectAsync } from 'mqtt'
import { topicOf } from '#edge/messages'
import type { Receipt } from '#edge/stream'

/** The agents of the bench, in a process of their own: each keeps a few batches ahead of its receipts, as the uplink does. */
export interface Load {
  readonly url: string
  readonly file: string
  readonly agents: readonly { readonly site: string; readonly agent: string; readonly user: string; readonly password: string }[]
  /** Batches in flight per agent. */
  readonly window: number
  /** For the consumer without receipts: everything at once, paced by the broker's acknowledgements alone. */
  readonly withoutReceipts: boolean
}
/** One agent's messages: the payload and the sequence number of its last record. */
export type Prepared = readonly (readonly { readonly payload: string; readonly upto: number }[])[]

async function run({ url, file, agents, window, withoutReceipts }: Load): Promise<void> {
  const prepared = JSON.parse(readFileSync(file, 'utf8')) as Prepared
  const clients = await Promise.all(
    agents.map(async ({ site, agent, user, password }) => {
      const client = await connectAsync(url, { protocolVersion: 4, clean: true, clientId: `${site}.${agent}`, username: user, password })
      await client.subscribeAsync(topicOf(site, agent, 'receipt'), { qos: 1 })
      return client
    }),
  )
  process.send?.({ ready: true })
  await new Promise((go) => process.once('message', go))
  await Promise.all(
    agents.map(async ({ site, agent }, at) => {
      const client = clients[at]
      const messages = prepared[at]
      if (client === undefined || messages === undefined) return
      const topic = topicOf(site, agent, 'ledger')
      let receipted = 0
      let wake: () => void = () => {}
      client.on('message', (_topic, payload) => {
        receipted = Math.max(receipted, (JSON.parse(payload.toString()) as Receipt).upto)
        wake()
      })
      let sent = 0
      for (const { payload } of messages) {
        while (!withoutReceipts && sent - messages.filter(({ upto }) => upto <= receipted).length >= window)
          await new Promise<void>((then) => {
            wake = then
          })
        const published = client.publishAsync(topic, payload, { qos: 1 })
        if (withoutReceipts && sent % 50 === 49) await published
        sent += 1
      }
      while (!withoutReceipts && receipted < (messages.at(-1)?.upto ?? 0))
        await new Promise<void>((then) => {
          wake = then
        })
    }),
  )
  process.send?.({ done: true })
}

process.on('disconnect', () => process.exit(0))
process.once('message', (load) => void run(load as Load))
