import { connect, type Socket } from 'node:net'
import { SerialPort } from 'serialport'
import { type Clock, realSpan } from '#edge/clock'
import { milliseconds } from '#edge/units'
import { EdgeError } from '../errors.ts'
import type { ByteAddress, SerialAddress, TcpAddress } from './address.ts'
import { gatherReads } from './gathered-reads.ts'
import { openUdp } from './udp-port.ts'

/** One opened port. It is never opened again: after `onGone` a new one takes its place. */
export interface Port {
  /** Settles when the operating system has the bytes; it may never settle (node-serialport #2351), so callers set a limit. */
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

export interface Ears {
  onBytes(bytes: Uint8Array): void
  /** The port is dead, told once. */
  onGone(why: string): void
}

/** Opens a port or throws EdgeError 'port-unavailable'. `stop` ends a connecting that nobody waits for any more. */
export const openPort = (address: ByteAddress, ears: Ears, clock: Clock, stop: AbortSignal): Promise<Port> =>
  address.kind === 'serial'
    ? openSerial(address, ears, clock)
    : address.kind === 'udp'
      ? openUdp(address, ears)
      : openTcp(address, ears, clock, stop)

const CONNECT_WITHIN = milliseconds(5_000)
const CLOSE_WITHIN = milliseconds(1_000)
const LOOK_EVERY = milliseconds(1_000)

// SerialPort.list() is not asked whether the port is there: where udevadm is missing it ends the whole process.
async function openSerial(address: SerialAddress, ears: Ears, clock: Clock): Promise<Port> {
  const { path, baud, dataBits, parity, stopBits, dtr, rts } = address
  const port = new SerialPort({ path, baudRate: baud, dataBits, parity, stopBits, autoOpen: false })
  let stopLooking = (): void => {}
  const gone = once((why) => {
    stopLooking()
    ears.onGone(why)
  })
  // An unplugged adapter shows as 'close' without 'error', as 'end' (a read of nothing), or as an error of a read or write.
  port.on('error', (error) => gone(error.message))
  port.on('close', (error: Error | null) => gone(error?.message ?? 'closed'))
  port.on('end', () => gone('hung up'))
  await new Promise<void>((opened, failed) =>
    port.open((error) => (error ? failed(new EdgeError('port-unavailable', { path, cause: error })) : opened())),
  )
  // A pty has no control lines and answers with an error, which costs nothing: there is nothing to hold low.
  await new Promise<void>((set) => port.set({ dtr, rts }, () => set()))
  // What the line said before we came is not fresh.
  await new Promise<void>((flushed) => port.flush(() => flushed()))
  gatherReads(port, clock)
  port.on('data', (bytes: Uint8Array) => ears.onBytes(bytes))
  stopLooking = await lookAfter(port, () => gone('hung up'), clock)
  return {
    write: (bytes) => new Promise((written, failed) => port.write(bytes, (error) => (error ? failed(error) : written()))),
    close: () =>
      new Promise((closed) => {
        stopLooking()
        gone.mute()
        if (!port.isOpen) return closed()
        const giveUp = clock.timer(realSpan(clock, CLOSE_WITHIN), closed)
        port.close(() => {
          giveUp()
          closed()
        })
      }),
  }
}

/**
 * Notices an unplugging that serialport 13 does not: a read that is under way at that moment reads "nothing" from the hung-up tty, and
 * the library reads again, for ever and at full speed, without an event (seen in one of some hundred pulled plugs on Linux). Asking
 * for the speed then fails. Systems that cannot tell the speed are not asked again; there the device's own silence has to do.
 */
async function lookAfter(port: SerialPort, onHungUp: () => void, clock: Clock): Promise<() => void> {
  const answers = async (): Promise<boolean> => {
    try {
      await port.port?.getBaudRate()
      return true
    } catch {
      return false
    }
  }
  if (!(await answers())) return () => {}
  let stopped = false
  let cancel = (): void => {}
  const look = (): void => {
    cancel = clock.timer(realSpan(clock, LOOK_EVERY), () => {
      void answers().then((good) => {
        if (stopped) return
        if (good) look()
        else onHungUp()
      })
    })
  }
  look()
  return () => {
    stopped = true
    cancel()
  }
}

async function openTcp(address: TcpAddress, ears: Ears, clock: Clock, stop: AbortSignal): Promise<Port> {
  const { host, port } = address
  const socket: Socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 5_000 })
  const gone = once((why) => ears.onGone(why))
  let trouble = 'closed by the other side'
  await new Promise<void>((connected, failed) => {
    const settle = (): void => {
      giveUp()
      stop.removeEventListener('abort', abandon)
      socket.off('error', refuse)
    }
    const refuse = (cause: Error): void => {
      settle()
      socket.destroy()
      failed(new EdgeError('port-unavailable', { host, port, cause }))
    }
    const abandon = (): void => refuse(new Error('stopped'))
    const giveUp = clock.timer(realSpan(clock, CONNECT_WITHIN), () => refuse(new Error('no answer to connecting')))
    stop.addEventListener('abort', abandon)
    socket.once('error', refuse)
    socket.once('connect', () => {
      settle()
      connected()
    })
  })
  socket.on('error', (error) => {
    trouble = error.message
  })
  socket.on('end', () => socket.destroy())
  socket.on('close', () => gone(trouble))
  socket.on('data', (bytes) => ears.onBytes(bytes))
  return {
    write: (bytes) => new Promise((written, failed) => socket.write(bytes, (error) => (error ? failed(error) : written()))),
    close: async () => {
      gone.mute()
      socket.destroy()
    },
  }
}

/** The first call counts; after `mute` none does. */
function once(tell: (why: string) => void): ((why: string) => void) & { mute(): void } {
  let told = false
  const say = (why: string): void => {
    if (told) return
    told = true
    tell(why)
  }
  return Object.assign(say, {
    mute: () => {
      told = true
    },
  })
}
