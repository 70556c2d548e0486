import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** A line longer than this is no question: two pictures in base64 fit. */
const LONGEST_LINE = 8 * 1_024 * 1_024

/**
 * One JSON line in, one JSON line out, in order, until the input ends. A line that is no JSON object is answered with `error` and the
 * ones after it are read all the same; an answer that nobody reads holds the input back.
 */
export async function answerLines(
  input: Readable,
  output: Writable,
  answer: (asked: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    const said = `${JSON.stringify(answerOne(line, answer))}\n`
    if (!output.write(said)) await new Promise<void>((drained) => output.once('drain', () => drained()))
  }
}

function answerOne(line: string, answer: (asked: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>) {
  if (line.length > LONGEST_LINE) return { id: null, error: `the line is longer than ${LONGEST_LINE} characters` }
  let asked: unknown
  try {
    asked = JSON.parse(line)
  } catch (error) {
    return { id: null, error: `not JSON: ${(error as Error).message}` }
  }
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked))
    return { id: null, error: 'a JSON object is expected in each line' }
  try {
    return answer(asked as Readonly<Record<string, unknown>>)
  } catch (error) {
    // A mistake of ours costs its own line only.
    return { id: (asked as { id?: unknown }).id ?? null, error: `internal: ${(error as Error).message}` }
  }
}
