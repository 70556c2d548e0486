import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What `npm start -- …` takes. */
export interface DemoOptions {
  readonly port: number
  readonly data: string
  readonly seed: number
  readonly speed: number
  readonly fresh: boolean
}

export const USAGE = `npm start -- [--port 8080] [--data .pitgate] [--seed 1] [--speed 4] [--fresh]
  --port   where the dashboard listens on 127.0.0.1
  --data   folder that keeps everything; a second start goes on with it
  --seed   the same seed brings the same trucks in the same order
  --speed  how many seconds of the mine pass in one of yours, 1 to 20
  --fresh  forget what the folder holds and start anew`

/** Reads the command line; a mistake is one sentence, `help` what to print when that was all that was asked. */
export function readOptions(args: readonly string[], root: string): DemoOptions | { readonly mistake: string } | { readonly help: string } {
  let values: {
    port?: string
    data?: string
    seed?: string
    speed?: string
    fresh?: boolean
    help?: boolean
  }
  try {
    values = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        seed: { type: 'string' },
        speed: { type: 'string' },
        fresh: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    return { mistake: `${(error as Error).message}\n${USAGE}` }
  }
  if (values.help) return { help: USAGE }
  const number = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text))
  const port = number(values.port, 8080)
  const seed = number(values.seed, 1)
  const speed = number(values.speed, 4)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return {
      mistake: `--port ${values.port} is not a port: give a number from 1 to 65535.`,
    }
  if (!Number.isInteger(seed)) return { mistake: `--seed ${values.seed} is not a whole number.` }
  if (!(speed >= 1 && speed <= 20))
    return {
      mistake: `--speed ${values.speed} is outside 1 to 20: faster than that the simulated devices are no longer honest.`,
    }
  return {
    port,
    seed,
    speed,
    data: resolve(root, values.data ?? '.pitgate'),
    fresh: values.fresh ?? false,
  }
}
