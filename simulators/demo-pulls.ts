import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { Part } from './part.ts'

/** What can be taken away and put back. */
export interface Plug {
  readonly name: string
  pull(): Promise<void>
  putBack(): Promise<void>
}
/** The whole program, as a power cut would end it. */
export const plugOf = (part: Part): Plug => ({ name: part.name, pull: part.kill, putBack: part.start })
/** The disk under a program: it goes on by itself, or ends and is started again and again until it can write. */
export const diskPlugOf = (part: Part): Plug => ({
  name: 'disk',
  async pull() {
    if (!part.disk(false))
      throw new Error(
        '这台电脑无法拔掉单个程序的磁盘（需要 Linux 的 prlimit）/ this computer cannot take the disk from one program (Linux with prlimit can)',
      )
  },
  async putBack() {
    part.disk(true)
  },
})

/** The running demo's side of `npm run -s demo -- pull <part>`: a loopback listener with a key only this user can read. */
export async function listenForPulls(
  plugs: Readonly<Record<string, Plug>>,
  say: (line: string) => void,
): Promise<{ control: number; key: string }> {
  const key = randomBytes(16).toString('hex')
  const away = new Set<string>()
  const names = Object.keys(plugs)

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const name = url.searchParams.get('part') ?? ''
    const seconds = Number(url.searchParams.get('seconds') ?? 20)
    const pulled = plugs[name]
    if (request.headers.authorization !== key) response.writeHead(403).end('not the key of this demo\n')
    else if (url.pathname === '/status')
      response.end(`${names.map((one) => `${one}: ${away.has(one) ? '已拔掉 / pulled' : '运行中 / running'}`).join('\n')}\n`)
    else if (!pulled) response.writeHead(404).end(`there is no plug "${name}": ${names.join(', ')}\n`)
    else if (away.has(name)) response.end(`${name} is already away\n`)
    else {
      const tell = (line: string): void => {
        response.write(`${line}\n`)
        say(line)
      }
      away.add(name)
      pull(pulled, seconds, tell)
        .catch((error: Error) => tell(error.message))
        .finally(() => {
          away.delete(name)
          response.end()
        })
    }
  })
  const control = await new Promise<number>((give) =>
    server.listen(0, '127.0.0.1', () => give((server.address() as { port: number }).port)),
  )
  return { control, key }
}

async function pull(plug: Plug, seconds: number, tell: (line: string) => void): Promise<void> {
  await plug.pull()
  tell(`${plug.name} 已拔掉，${seconds} 秒后恢复 / pulled, back in ${seconds} s`)
  await new Promise((go) => setTimeout(go, seconds * 1_000))
  await plug.putBack()
  tell(`${plug.name} 已恢复 / is back`)
}
