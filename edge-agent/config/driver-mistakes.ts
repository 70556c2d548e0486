import type { Mistake } from '#edge/mistakes'

type Group = Readonly<Record<string, unknown>>
const groupOf = (value: unknown): Group => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Group) : {})
const listOf = (value: unknown): Group[] => (Array.isArray(value) ? value.map(groupOf) : [])

/** What every text of a page must fit, whatever the card. */
const MOST_CHARACTERS = 256

/**
 * What the schema cannot say of a lane's signs, voice, printer and tag reader: exactly one way to each, and a page that fits its card.
 * `address` judges one address and remembers it.
 */
export function driverMistakes(path: string, lane: Group, address: (path: string, said: unknown) => Mistake[]): Mistake[] {
  const signs = listOf(lane.signs).flatMap((sign, at) => [
    ...oneWay(`${path}.signs.${at}`, sign, address),
    ...pageMistakes(`${path}.signs.${at}`, sign),
  ])
  const speech = lane.speech === undefined ? [] : oneWay(`${path}.speech`, groupOf(lane.speech), address)
  return [
    ...signs,
    ...speech,
    ...printerMistakes(`${path}.printer.address`, groupOf(lane.printer).address, address),
    ...address(`${path}.tagReader.address`, groupOf(lane.tagReader).address),
  ]
}

function oneWay(path: string, of: Group, address: (path: string, said: unknown) => Mistake[]): Mistake[] {
  if ((of.address === undefined) === (of.through === undefined))
    return [
      {
        path: `${path}.address`,
        zh: 'address（自己的线路）与 through（经相机的 RS-485）必须且只能写一个',
        en: 'write one of address (a line of its own) and through (the RS-485 of a camera)',
      },
    ]
  return address(`${path}.address`, of.address)
}

function pageMistakes(path: string, { lines = 2, columns = 16 }: Group): Mistake[] {
  if (typeof lines !== 'number' || typeof columns !== 'number' || lines * columns <= MOST_CHARACTERS) return []
  return [
    {
      path: `${path}.columns`,
      zh: `一屏最多 ${MOST_CHARACTERS} 个半角字符，这里是 ${lines} × ${columns}`,
      en: `a page has at most ${MOST_CHARACTERS} half-width characters, here ${lines} × ${columns}`,
    },
  ]
}

/** A printer may also be a file of the system: what is written there is printed. */
function printerMistakes(path: string, said: unknown, address: (path: string, said: unknown) => Mistake[]): Mistake[] {
  if (typeof said !== 'string' || !said.startsWith('file:')) return address(path, said)
  return /^file:\/\/\/[^?#]+$/.test(said)
    ? []
    : [{ path, zh: '文件地址写作 file:///dev/usb/lp0', en: 'a file is written as file:///dev/usb/lp0' }]
}
