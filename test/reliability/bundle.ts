import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'

/** A program of this folder as one JavaScript file beside the packages it needs: it starts in a tenth of the time tsx takes. */
export interface Bundle {
  readonly file: string
  remove(): void
}

const root = resolve(import.meta.dirname, '../..')

export async function bundle(program: string): Promise<Bundle> {
  const folder = join(root, 'dist/reliability', `${program}-${process.pid}-${process.hrtime.bigint()}`)
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source'] },
    // One file, but for the native part: reading a thousand small ones is what takes a start its time.
    ssr: { resolve: { conditions: ['source'] }, noExternal: true, external: ['libsql'] },
    build: { ssr: join(import.meta.dirname, `${program}.ts`), outDir: folder, emptyOutDir: true, minify: false },
  })
  return { file: join(folder, `${program}.js`), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
