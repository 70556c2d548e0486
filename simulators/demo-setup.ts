import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { DemoSite } from './demo-site.ts'
import type { MineConfig } from './mine-config.ts'

/** What the demo does once per start with the programs of the other rooms, as an administrator would by hand. */
const run = promisify(execFile)

export interface SignIn {
  readonly name: string
  readonly password: string
  readonly shownName: string
}
export interface Seeded {
  readonly people: readonly SignIn[]
  /** API keys of the demo's carriers: the simulated drivers request their tickets with them. */
  readonly keys: readonly { readonly carrier: string; readonly key: string }[]
  /** People of the sites' own consoles. */
  readonly operators: readonly {
    readonly site: string
    readonly id: string
    readonly name: string
    readonly role: string
    readonly pin: string
  }[]
  /** The register's vehicles: the trucks that drive, and the site's own that carry no coal. */
  readonly trucks: MineConfig['trucks']
  readonly nonCargo: MineConfig['nonCargo']
}

/** Migrates and fills the registers (again harmless), and returns the demo's sign-ins. `registers`: a file with more of them. */
export async function seed(cloudProgram: string, env: Readonly<Record<string, string>>, registers?: string): Promise<Seeded> {
  const more = registers === undefined ? [] : ['--registers', registers]
  return JSON.parse(await program(cloudProgram, ['seed', '--demo', ...more], env)) as Seeded
}

export interface Enrolled {
  readonly mqttPassword: string
  readonly issuerKey: { readonly id: string; readonly publicKey: string }
}

/** The agent makes its key; the cloud registers it and says with which password and issuer key the agent may begin. */
export async function enrol(
  cloudProgram: string,
  cloudEnv: Readonly<Record<string, string>>,
  edgeProgram: string,
  edgeFile: string,
  site: DemoSite,
): Promise<Enrolled> {
  const { publicKey } = JSON.parse(await program(edgeProgram, ['key', '--config', edgeFile], {})) as { publicKey: string }
  return JSON.parse(await program(cloudProgram, ['enrol', site.site, site.agent, publicKey], cloudEnv)) as Enrolled
}

async function program(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, [file, ...args], {
      env: { ...process.env, ...env },
      maxBuffer: 1 << 20,
    })
    return stdout.trim().split('\n').at(-1) ?? ''
  } catch (error) {
    throw new Error(`${args.join(' ')} failed: ${(error as { stderr?: string }).stderr?.trim() ?? (error as Error).message}`)
  }
}
