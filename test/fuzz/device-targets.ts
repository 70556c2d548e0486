import { isDeepStrictEqual } from 'node:util'
import type { BoardDialect, BoardSettings } from '#dialects/board/board-dialect'
import { BOARD_DIALECTS } from '#dialects/board/board-dialects'
import type { BoardOrder } from '#dialects/board/orders'
import { type Framing, type Scanner, scanner } from '#dialects/framing'
import { fromGbk, gbkBytes, toGbk } from '#dialects/gbk'
import { escposPrinter } from '#dialects/printer/escpos'
import { readEscPos } from '#dialects/printer/escpos-read'
import { CARD_FORMS, type TagDialect } from '#dialects/reader/tag'
import { TAG_DIALECTS } from '#dialects/reader/tag-dialects'
import { kfAnswer, kfSign } from '#dialects/sign/kf'
import { SIGN_DIALECTS } from '#dialects/sign/sign-dialects'
import { SPEECH_DIALECTS } from '#dialects/speech/speech-dialects'
import type { Target } from './fuzzer.ts'
import { chunkings, joined, promise, text } from './promise.ts'

/** Boards, readers, signs, voices and printers: what we hear of them, and what they hear of us. */
export const deviceTargets = (): Target[] => [
  ...Object.values(BOARD_DIALECTS).map(boardTarget),
  ...Object.values<TagDialect>(TAG_DIALECTS).map(tagTarget),
  ...Object.values(SIGN_DIALECTS).map((sign) =>
    heardTarget(`sign ${sign.name}`, sign.hears, sign.show(['晋B12345', '45.68 t'], { lines: 2, columns: 16, unit: 1, colour: 'red' })),
  ),
  ...(kfSign.answers ? [heardTarget('sign answers kf', kfSign.answers, [kfAnswer(0x62), kfAnswer(0x62, 3)])] : []),
  ...Object.values(SPEECH_DIALECTS).map((voice) =>
    heardTarget(`voice ${voice.name}`, voice.hears, [voice.say([{ kind: 'words', text: '请上磅' }]), voice.stop]),
  ),
  escpos(),
  gbk(),
]

const ORDERS: readonly BoardOrder[] = [
  { kind: 'pulse', output: 0, milliseconds: 500 },
  { kind: 'set', output: 1, on: true },
  { kind: 'read-inputs' },
  { kind: 'read-outputs' },
  { kind: 'read-modes' },
  { kind: 'was-reset' },
]

/** Every order of a board, what it answers to it, and both sides of the line before any bytes. */
function boardTarget(board: BoardDialect): Target {
  const framings = board.takes.includes('framing') ? (['rtu', 'tcp'] as const) : ([board.usual.framing] as const)
  const settings = framings.map((framing): BoardSettings => ({ ...board.usual, framing }))
  const asked = settings.flatMap((set) => {
    const [host, side] = [board.host(set), board.board(set)]
    return ORDERS.flatMap((order) => {
      const bytes = host.encode(order, 1)
      if (bytes === null) return []
      const heard = side.readRequest(bytes)
      promise(heard.kind === 'request', `${board.name} does not hear its own ${order.kind}`)
      const states = { outputs: Array(set.outputs).fill(false), inputs: Array(set.inputs).fill(true) }
      return [{ host, side, asked: { order, bytes }, answer: side.answer(heard.request, heard.frame, states) }]
    })
  })
  return {
    name: `board ${board.name}`,
    seeds: asked.flatMap(({ asked: { bytes }, answer }) => [bytes, answer, joined([answer, answer])]),
    words: asked.map(({ answer }) => answer),
    run(input) {
      for (const { host, side, asked: order } of asked) {
        drained(input, (rest) => host.readAnswer(rest, order))
        drained(input, (rest) => side.readRequest(rest))
      }
    },
  }
}

/** Reads on until it wants more: each word must use up some of the bytes and no more than there are. */
function drained(input: Uint8Array, read: (rest: Uint8Array) => { readonly kind: string; readonly used?: number }): void {
  let rest = input
  for (;;) {
    const { kind, used = 0 } = read(rest)
    if (kind === 'need-more') return
    promise(Number.isInteger(used) && used > 0 && used <= rest.length, `${kind} uses ${used} of ${rest.length} bytes`)
    rest = rest.subarray(used)
  }
}

function tagTarget(reader: TagDialect): Target {
  const forms = reader.by === 'card' ? CARD_FORMS : ([CARD_FORMS[0]] as const)
  const tags = reader.by === 'card' ? ['0012345678'] : ['E20000172211014418905449']
  const seeds = forms.map((form) => reader.encode(tags, { unit: 1, form }))
  return {
    name: `tags ${reader.name}`,
    seeds,
    words: seeds,
    run(input) {
      for (const form of forms) {
        const said = sameInAnyChunks(input, () => reader.decoder({ unit: 1, form }), reader.by === 'tag')
        for (const one of said)
          if (one.kind === 'tags')
            promise(
              one.tags.every((tag) => tag.length <= 128),
              'a tag longer than any',
            )
      }
    },
  }
}

function heardTarget<Said>(name: string, framing: Framing<Said>, seeds: readonly Uint8Array[]): Target {
  return { name, seeds: [...seeds, joined(seeds)], words: seeds, run: (input) => void sameInAnyChunks(input, () => scanner(framing), true) }
}

/** What a scanner says; the same in any chunks, and no byte of noise counted twice. */
function sameInAnyChunks<Said>(input: Uint8Array, open: () => Scanner<Said>, counts: boolean): readonly Said[] {
  const [whole, ...others] = chunkings(input).map((chunks) => {
    const [said, refused]: [Said[], { at: number; reason: string; bytes: Uint8Array }[]] = [[], []]
    const { push, quiet } = open()
    for (const chunk of chunks)
      push(
        chunk,
        (one) => said.push(one),
        (span) => refused.push(span),
      )
    quiet(
      (span) => refused.push(span),
      (one) => said.push(one),
    )
    return { said, refused }
  })
  promise(whole !== undefined, 'no chunking')
  for (const other of others) promise(isDeepStrictEqual(other, whole), 'another chunking says something else')
  const lost = whole.refused.reduce((sum, { bytes }) => sum + bytes.length, 0)
  promise(lost <= input.length, 'more bytes are refused than came')
  if (counts) promise(whole.said.length > 0 || lost === input.length, 'bytes vanish without a word')
  return whole.said
}

function escpos(): Target {
  const draw = (): boolean[][] => Array.from({ length: 21 }, () => Array(21).fill(true))
  const rows = [
    { kind: 'title', text: '过磅单' },
    { kind: 'qr', text: 'AB' },
  ] as const
  const seeds = (['native', 'raster'] as const).map((qr) => escposPrinter.page(rows, { columns: 32, qr }, draw))
  return {
    name: 'escpos page',
    seeds,
    words: [...seeds, Uint8Array.of(0x1d, 0x76, 0x30, 0), Uint8Array.of(0x1d, 0x28, 0x6b), Uint8Array.of(0x1d, 0x56, 66, 0)],
    run(input) {
      const { pages, used } = readEscPos(input)
      promise(used >= 0 && used <= input.length, `uses ${used} of ${input.length} bytes`)
      const drawn = pages.flatMap(({ pictures }) => pictures).reduce((sum, picture) => sum + picture.length, 0)
      promise(drawn <= input.length, 'pictures with more rows than bytes came')
    },
  }
}

function gbk(): Target {
  return {
    name: 'gbk',
    seeds: [gbkBytes('晋B12345挂 鲁豫学'), text('晋B12345')],
    words: [],
    run(input) {
      const said = fromGbk(input)
      const { bytes, unknown } = toGbk(said)
      promise(bytes.length <= 2 * said.length, 'more bytes than two a letter')
      promise(unknown > 0 || fromGbk(bytes) === said, 'a text that does not come back')
    },
  }
}
