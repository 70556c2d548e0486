import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A road to PostgreSQL that can lose an answer: what is asked arrives and is done, the answer comes as far as here, and the line is dead, or
 * stays open and silent. So looks a COMMIT that succeeded and that nobody was told of.
 */
export interface AnswerEater {
  /** The same database, over this road. */
  readonly url: string
  /** The answers to the next so many COMMITs are lost, and what became of the line. */
  loseCommits(count: number, line: 'cut' | 'silent'): void
  lost(): number
  close(): Promise<void>
}

export async function answerEater(url: string): Promise<AnswerEater> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let toLose = 0
  let cuts = true
  let lost = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let eats = false
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        end()
      })
      socket.on('error', end)
    }
    client.on('data', (asked) => {
      if (toLose > 0 && isCommit(asked)) {
        toLose -= 1
        eats = true
      }
      upstream.write(asked)
    })
    upstream.on('data', (answer) => {
      if (!eats) return void client.write(answer)
      lost += 1
      if (cuts) end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = new URL(url)
  here.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: here.href,
    loseCommits(count, line) {
      toLose += count
      cuts = line === 'cut'
    },
    lost: () => lost,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** A simple query of the one word: 'Q', its length, the word, a zero byte (PostgreSQL protocol 3.0, 53.7). */
const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1')
const isCommit = (asked: Buffer): boolean => asked.equals(COMMIT)
