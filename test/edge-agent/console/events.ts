/** One server-sent event as it came. */
export interface Heard {
  readonly event: string
  readonly data: unknown
  /** Milliseconds of this computer since the stream was asked for. */
  readonly at: number
}

/** Reads a stream of server-sent events with nothing but `fetch`, and keeps what came. */
export interface EventReading {
  readonly heard: readonly Heard[]
  newest<T>(event: string): T | undefined
  stop(): void
  readonly ended: Promise<void>
}

export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReading> {
  const control = new AbortController()
  const from = performance.now()
  const answer = await fetch(url, { headers, signal: control.signal })
  if (!answer.ok || answer.body === null) throw new Error(`${url} answers ${answer.status}`)
  const heard: Heard[] = []
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of body) {
      rest += decoder.decode(chunk, { stream: true })
      const blocks = rest.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1]
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (event !== undefined && data !== undefined) heard.push({ event, data: JSON.parse(data), at: performance.now() - from })
      }
    }
  }
  return {
    heard,
    newest: <T>(event: string) => heard.findLast((one) => one.event === event)?.data as T | undefined,
    stop: () => control.abort(),
    ended: read(answer.body as ReadableStream<Uint8Array>).catch(() => undefined),
  }
}
