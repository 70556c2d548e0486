import type { Reporter, TestModule } from 'vitest/node'

/** Says loudly at the end what was skipped for a missing extra, and how many; in CI a skip is a failure. */
export default class SkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `${test.module.relativeModuleId}: ${test.fullName}`),
    )
    if (skipped.length === 0) return
    console.log(`\n${skipped.length} tests were SKIPPED because something they need is not on this machine:`)
    for (const name of skipped) console.log(`  - ${name}`)
    if (process.env.CI) {
      console.log('In CI nothing may be skipped: install what they need in .ci/run.')
      process.exitCode = 1
    }
  }
}
