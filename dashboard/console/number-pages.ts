/** As many answers as there are digits for them; `0` turns to the next page where there are more. */
export const ON_A_PAGE = 9

export interface NumberPage<T> {
  readonly shown: readonly T[]
  /** This page and all of them, from 1. */
  readonly at: number
  readonly of: number
}

/** Pages go round: behind the last comes the first. */
export function numberPage<T>(items: readonly T[], turned: number): NumberPage<T> {
  const of = Math.max(1, Math.ceil(items.length / ON_A_PAGE))
  const at = turned % of
  return { shown: items.slice(at * ON_A_PAGE, (at + 1) * ON_A_PAGE), at: at + 1, of }
}
