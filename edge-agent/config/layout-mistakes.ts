import type { Mistake } from '#edge/mistakes'

type Group = Readonly<Record<string, unknown>>
const groupOf = (value: unknown): Group => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Group) : {})

const GATES = { both: ['entry', 'exit'], entry: ['entry'], exit: ['exit'], none: [] } as const
type Gate = 'entry' | 'exit'
const NAME_OF: Readonly<Record<Gate, string>> = { entry: '入口', exit: '出口' }

/** Barriers a lane has, as its layout says; null where that word is none of ours, which the schema tells. */
export function gatesOfLayout(layout: Group): readonly Gate[] | null {
  const { gates = 'both' } = layout
  return typeof gates === 'string' && Object.hasOwn(GATES, gates) ? GATES[gates as keyof typeof GATES] : null
}

/** What contradicts itself in a lane's layout, or in layout and wires together. */
export function layoutMistakes(path: string, lane: Group): Mistake[] {
  const layout = groupOf(lane.layout)
  const gates = gatesOfLayout(layout)
  const board = groupOf(lane.board)
  if (gates === null || Object.keys(groupOf(board.inputs)).length === 0) return []
  const wires = { outputs: groupOf(board.outputs), inputs: groupOf(board.inputs), barriers: groupOf(lane.barriers) }
  return [
    ...(['entry', 'exit'] as const).flatMap((gate) =>
      gates.includes(gate) ? unseen(path, gate, layout, wires) : notThere(path, gate, wires),
    ),
    ...exitMistakes(path, layout, wires.inputs),
    ...(layout.bothWays === true ? bothWaysMistakes(path, layout, wires.inputs) : []),
    ...(layout.serves === 'tare' && layout.storedTare === true
      ? [
          {
            path: `${path}.layout.storedTare`,
            zh: '只过空车的磅道用不上存储皮重：去掉此项，或把 serves 改为 both、gross',
            en: 'means nothing on a lane that weighs empty trucks only: drop it, or let serves be both or gross',
          },
        ]
      : []),
  ]
}

interface Wires {
  readonly outputs: Group
  readonly inputs: Group
  readonly barriers: Group
}

/** The layout says there is no such barrier, and something drives it or watches its arm. */
function notThere(path: string, gate: Gate, { outputs, inputs, barriers }: Wires): Mistake[] {
  const said = [
    ...[`${gate}Open`, `${gate}Close`].filter((name) => outputs[name] !== undefined).map((name) => `board.outputs.${name}`),
    ...(inputs[`${gate}-arm-down`] === undefined ? [] : [`board.inputs.${gate}-arm-down`]),
    ...(barriers[gate] === undefined ? [] : [`barriers.${gate}`]),
  ]
  return said.map((where) => ({
    path: `${path}.${where}`,
    zh: `layout.gates 说没有${NAME_OF[gate]}道闸：去掉此项，或改 layout.gates`,
    en: `belongs to the ${gate} barrier, which layout.gates says this lane does not have`,
  }))
}

/** An arm comes down only where the side is known to be clear. */
function unseen(path: string, gate: Gate, { exitSeenBy = 'loop' }: Group, { inputs }: Wires): Mistake[] {
  // `exitMistakes` tells of an exit without them.
  if (gate === 'exit' && exitSeenBy !== 'weight') return []
  if (inputs[`${gate}-loop`] !== undefined || inputs[`${gate}-beam`] !== undefined) return []
  return [
    {
      path: `${path}.board.inputs.${gate}-loop`,
      zh: `${NAME_OF[gate]}有道闸，就要有地感或对射：否则无法知道何时可以落杆`,
      en: `is missing, and so is ${gate}-beam: nobody would know when the ${gate} barrier may come down`,
    },
  ]
}

/** Leaving is seen by a loop, by a beam alone, or inferred from the weight; less than a loop must be said, not forgotten. */
function exitMistakes(path: string, { exitSeenBy = 'loop' }: Group, inputs: Group): Mistake[] {
  const at = (sensor: string): string => `${path}.board.inputs.${sensor}`
  const [loop, beam] = [inputs['exit-loop'] !== undefined, inputs['exit-beam'] !== undefined]
  if (exitSeenBy === 'loop' && !loop)
    return [
      {
        path: at('exit-loop'),
        zh: '缺少此项。没有出口地感的磅道请写明 layout.exitSeenBy: beam 或 weight',
        en: 'is missing. A lane without an exit loop says so: layout.exitSeenBy: beam or weight',
      },
    ]
  if (exitSeenBy === 'beam' && !beam)
    return [{ path: at('exit-beam'), zh: '缺少此项：layout.exitSeenBy 为 beam', en: 'is missing: layout.exitSeenBy is beam' }]
  const more = exitSeenBy === 'beam' ? ['exit-loop'] : exitSeenBy === 'weight' ? ['exit-loop', 'exit-beam'] : []
  return more
    .filter((sensor) => inputs[sensor] !== undefined)
    .map((sensor) => ({
      path: at(sensor),
      zh: `已接线，但 layout.exitSeenBy 为 ${String(exitSeenBy)}：去掉一处`,
      en: `is wired, and layout.exitSeenBy says ${String(exitSeenBy)}: one of them is wrong`,
    }))
}

/** With vehicles from both ends, who waits and who leaves are told apart by the order of loop and beam, at either end. */
function bothWaysMistakes(path: string, { exitSeenBy = 'loop' }: Group, inputs: Group): Mistake[] {
  const needed = exitSeenBy === 'loop' ? ['entry-loop', 'entry-beam', 'exit-beam'] : ['entry-loop', 'entry-beam', 'exit-beam', 'exit-loop']
  return needed
    .filter((sensor) => inputs[sensor] === undefined)
    .map((sensor) => ({
      path: `${path}.board.inputs.${sensor}`,
      zh: '缺少此项：双向磅道（layout.bothWays）两端都要有地感和对射，否则分不清等候的车和驶出的车',
      en: 'is missing: with layout.bothWays either end needs a loop and a beam, or one that waits is taken for one that leaves',
    }))
}
