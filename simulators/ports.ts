import { connect, createServer } from 'node:net'

/** Does anything answer on this loopback port? */
export function listens(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ host: '127.0.0.1', port })
    const done = (yes: boolean): void => {
      socket.destroy()
      answer(yes)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.setTimeout(1_000, () => done(false))
  })
}

/** A loopback port nobody uses at this moment. */
export function freePort(): Promise<number> {
  return new Promise((give, refuse) => {
    const server = createServer().once('error', refuse)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => give(port))
    })
  })
}

/** Does the cloud service say it is well? */
export async function healthy(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`, {
      signal: AbortSignal.timeout(2_000),
    })
    return ((await answer.json()) as { ok: boolean }).ok
  } catch {
    return false
  }
}
