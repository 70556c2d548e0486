import { createLog } from '../../../edge-agent/log.ts'

/** For rigs: what a device logs is not what these tests assert. */
export const quietLog = createLog('test', 'silent')
