/**
 * Waits for a condition instead of for time: asks again until `check` neither throws nor answers false, null or undefined, and gives
 * back its answer. After `within` milliseconds it fails with the last reason.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { within = 10_000 }: { readonly within?: number } = {},
): Promise<NonNullable<T>> {
  const until = performance.now() + within
  let last: unknown = new Error('was never asked')
  for (;;) {
    try {
      const answer = await check()
      if (answer !== false && answer !== null && answer !== undefined) return answer
      last = new Error(`still ${String(answer)}`)
    } catch (error) {
      last = error
    }
    if (performance.now() > until)
      throw new Error(`not within ${within} ms: ${last instanceof Error ? last.message : String(last)}`, { cause: last })
    await new Promise((then) => setTimeout(then, 10))
  }
}
