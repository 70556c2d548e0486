import { startBroker } from '../../cloud-service/broker/embedded.ts'
import { createLog } from '../../cloud-service/log.ts'

/** The embedded broker in a process of its own, as in `npm start`. Prints its port; ends with its parent. */
const [passwordFile = ''] = process.argv.slice(2)
const broker = await startBroker({ port: 0, host: '127.0.0.1', passwordFile, log: createLog('bench-broker', 'silent') })
process.on('disconnect', () => process.exit(0))
process.send?.({ port: broker.port })
