import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Says loudly at the end what was skipped for a missing extra, and how many; in CI a skip is a failure. A test that passed only when it was
 * tried a second time, which CI allows on a shared machine, is named, too: it is a race somebody must find.
 */
export default class SkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const named = (test: TestCase): string => `${test.module.relativeModuleId}: ${test.fullName}`
    const unsure = modules.flatMap((module) =>
      [...module.children.allTests('passed')].filter((test) => test.diagnostic()?.flaky).map(named),
    )
    if (unsure.length > 0) console.log(`\n${unsure.length} tests passed only when TRIED AGAIN:`)
    for (const name of unsure) console.log(`  - ${name}`)
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')].map(named))
    if (skipped.length === 0) return
    console.log(`\n${skipped.length} tests were SKIPPED because something they need is not on this machine:`)
    for (const name of skipped) console.log(`  - ${name}`)
    if (process.env.CI) {
      console.log('In CI nothing may be skipped: install what they need in .ci/run.')
      process.exitCode = 1
    }
  }
}
