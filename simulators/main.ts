import { SCALE_DIALECTS } from '#dialects/scale/scale-dialects'

/** The simulators as a program: a whole mine for the demo, or a recorded tape on one serial line. */
const USAGE = `npm run -s sim -- mine --config FILE
    the devices, barriers and trucks of one site; the file says where its lines, broker and cloud are
npm run -s sim -- tape FILE --dialect NAME [--loop] [--folder DIR] [--baud 9600] [--parity none|even|odd] [--data 7|8] [--tcp]
    prints the address of a serial line, waits until somebody opens it, and plays the recorded frames
    FILE: JSON frames with "hex", text with one frame in hexadecimal per line (perhaps "@120 02 2B …" with its millisecond), or raw bytes
    dialects: ${Object.keys(SCALE_DIALECTS).join(', ')}
    to listen by hand: (stty 9600 raw -echo; xxd -c 12) < PATH
PITGATE_CLOCK={"speed":4,"realStart":0,"shownStart":0} makes the time of both run faster.`

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
// Started by the demo: when that is gone, so are we.
if (process.connected) process.once('disconnect', () => stopping.abort())

const [command, ...args] = process.argv.slice(2)
const asked = { args, scaleText: process.env.PITGATE_CLOCK, stopped: stopping.signal }
try {
  // Loaded when asked for: a tape needs neither broker nor cloud.
  if (command === 'mine') await (await import('./mine-program.ts')).mineProgram(asked)
  else if (command === 'tape') await (await import('./tape-program.ts')).tapeProgram(asked)
  else if (command === 'help' || command === '--help') process.stdout.write(`${USAGE}\n`)
  else throw new Error(command === undefined ? USAGE : `There is no simulator "${command}".\n${USAGE}`)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}
process.exit(0)
