import type { SerialPort } from 'serialport'
import { type Clock, realSpan } from '#edge/clock'
import { milliseconds } from '#edge/units'

/**
 * At 9600 baud a byte comes every millisecond, and a read that takes each as it comes costs two trips to another thread for it: four
 * indicators at 20 frames a second then took an eighth of a core. After a read the next one waits this long, so that the bytes gather in
 * the system's own buffer; half a frame's time, which nobody at a gate notices.
 */
const GATHER = milliseconds(6)

/**
 * Makes the reads of an open port wait for one another, and each for something to read: the library reads first and asks afterwards, which is a
 * second trip for nothing with every frame. Nothing is lost or held back beyond `GATHER`: the kernel keeps 4 kB of a line.
 */
export function gatherReads({ port: open }: SerialPort, clock: Clock): void {
  if (!open) return
  const read = open.read.bind(open)
  let free: Promise<void> = Promise.resolve()
  open.read = async (...into) => {
    await free
    if (open.isOpen && tellsReadable(open)) await readable(open)
    const taken = await read(...into)
    free = new Promise((again) => void clock.timer(realSpan(clock, GATHER), again))
    return taken
  }
}

/** The poller that node-serialport 13 keeps for ports of Linux and macOS; it ends with an error when the port is closed. */
interface TellsReadable {
  readonly poller: { once(event: 'readable', heard: (error: Error | null) => void): unknown }
}
const tellsReadable = (port: object): port is TellsReadable => 'poller' in port
const readable = ({ poller }: TellsReadable): Promise<void> =>
  new Promise((heard, failed) => void poller.once('readable', (error) => (error ? failed(error) : heard())))
