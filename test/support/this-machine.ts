import { cpus, totalmem } from 'node:os'

/** On what a figure was measured, for whoever compares. */
export const thisMachine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}, Node ${process.versions.node}`
