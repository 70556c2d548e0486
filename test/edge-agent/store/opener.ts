import { EdgeError } from '../../../edge-agent/errors.ts'
import { openDatabase } from '../../../edge-agent/store/database.ts'

/** Another process that tries to open a store, and says what came of it. */
try {
  openDatabase(process.argv[2] as string).close()
  process.stdout.write('opened')
} catch (error) {
  process.stdout.write(error instanceof EdgeError ? error.code : String(error))
}
