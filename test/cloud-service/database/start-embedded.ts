import { startEmbedded } from '../../../cloud-service/database/embedded.ts'
import { createLog } from '../../../cloud-service/log.ts'

/** A program that starts the embedded server and lives until it is killed. */
const [folder = '', port = ''] = process.argv.slice(2)
await startEmbedded({ folder, port: Number(port), log: createLog('test', 'silent') })
process.stdout.write('ready\n')
setInterval(() => {}, 60_000)
