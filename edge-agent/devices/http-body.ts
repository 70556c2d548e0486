import type { IncomingMessage } from 'node:http'

export type Body = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly why: 'too-long' | 'cut-off' | 'busy' }

/** Reads bodies that are bounded each, and together: `busy` when all unfinished ones would hold more than `mostHeld`. */
export function bodyReader(mostBytes: number, mostHeld: number): (request: IncomingMessage) => Promise<Body> {
  let held = 0
  return async (request) => {
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) return { ok: false, why: 'too-long' }
    const chunks: Uint8Array[] = []
    let length = 0
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        length += chunk.length
        held += chunk.length
        if (length > mostBytes) return { ok: false, why: 'too-long' }
        if (held > mostHeld) return { ok: false, why: 'busy' }
        chunks.push(chunk)
      }
      return { ok: true, bytes: new Uint8Array(Buffer.concat(chunks)) }
    } catch {
      return { ok: false, why: 'cut-off' }
    } finally {
      held -= length
    }
  }
}
