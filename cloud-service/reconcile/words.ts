import { type EpochCompared, isEqual } from './compare.ts'
import type { EdgeLedger } from './edge-side.ts'

const NAMED = 5

/** What `cloud reconcile` prints: a line per epoch, the first records that are not equal by their names, and the verdict. */
export function reconciledLines(
  { site, agent, from }: Pick<EdgeLedger, 'site' | 'agent' | 'from'>,
  epochs: readonly EpochCompared[],
  beside: { readonly conflicts: number; readonly quarantined: number },
): readonly string[] {
  const how =
    from === 'running' ? '询问运行中的代理 / the running agent was asked' : '代理未运行，读取副本 / the agent does not run: a copy was read'
  const total = (of: (one: EpochCompared) => number): number => epochs.reduce((sum, one) => sum + of(one), 0)
  const counts = `${total((one) => one.same + one.pruned)} 条 / records`
  const verdict = isEqual(epochs)
    ? `一致 / equal: ${counts}`
    : `不一致 / not equal: 只在边缘 only edge ${total((one) => one.onlyEdge.count)}, 只在云端 only cloud ${total((one) => one.onlyCloud.count)}, 不同 differ ${total((one) => one.differ.count)}`
  return [
    `站点 site ${site}, 代理 agent ${agent} (${how})`,
    ...epochs.flatMap((one) => [epochLine(one), ...named(`${site}.${agent}.${one.epoch}`, one)]),
    `  冲突 conflicts ${beside.conflicts}, 隔离 quarantined ${beside.quarantined}`,
    verdict,
  ]
}

function epochLine({ epoch, same, onlyEdge, onlyCloud, differ, pruned, waiting }: EpochCompared): string {
  const more = [
    waiting > 0 ? `待送 on their way ${waiting}` : '',
    pruned > 0 ? `边缘已按期清理 dropped at the edge after their time ${pruned}` : '',
  ].filter((text) => text !== '')
  const counts = `一致 same ${same}, 只在边缘 only edge ${onlyEdge.count}, 只在云端 only cloud ${onlyCloud.count}, 不同 differ ${differ.count}`
  return `  纪元 epoch ${epoch}: ${[counts, ...more].join(', ')}`
}

const named = (name: string, { onlyEdge, onlyCloud, differ }: EpochCompared): string[] =>
  (
    [
      ['只在边缘 only edge', onlyEdge],
      ['只在云端 only cloud', onlyCloud],
      ['不同 differ', differ],
    ] as const
  ).flatMap(([what, { count, first }]) =>
    count === 0
      ? []
      : [
          `    ${what}: ${first
            .slice(0, NAMED)
            .map((seq) => `${name}.${seq}`)
            .join(' ')}${count > NAMED ? ' …' : ''}`,
        ],
  )
