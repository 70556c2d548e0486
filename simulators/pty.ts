import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { inReal } from './clock.ts'
import type { ChosenOptions, Line } from './line.ts'
import { readerOf, readTermios } from './line-settings.ts'
import { type Paced, paced } from './paced.ts'
import { linkedTo, openPtyPair, type PtyPair, unlinked } from './pty-pair.ts'
import { byteTime, heardAs, type LineSettings, sameSettings } from './uart.ts'

/**
 * A kernel pty that behaves like a serial line (DESIGN.md D17). A pty has neither speed nor parity, so we read what the reader has
 * set on his side, pace the bytes in the clock's time, and garble them when his settings differ from ours. The slave hangs under a
 * stable link `folder/name`: pulling the plug and putting it back keeps the address.
 */
const LOOK_AT_SETTINGS_MS = [0, 40, 150, 500, 2_000]

export async function openPtyLine(options: ChosenOptions): Promise<Line> {
  const { name, clock, settings, unpaced, log, onBytes } = options
  const folder = resolve(options.folder)
  const link = join(folder, name)
  const perByte = unpaced ? 0 : byteTime(settings)
  mkdirSync(folder, { recursive: true })

  let pair: PtyPair | null = null
  let plugged = false
  let attended = false
  let reader: LineSettings = settings
  let waiters: (() => void)[] = []
  let stopLooking = (): void => undefined

  const toReader = wire((bytes) => pair?.write(heardAs(bytes, settings, reader)))
  const fromReader = wire((bytes) => onBytes(heardAs(bytes, reader, settings)))
  function wire(out: (bytes: Uint8Array) => void): Paced {
    return unpaced ? { put: out, waiting: () => 0, clear: () => undefined } : paced(clock, perByte, out)
  }

  async function plug(): Promise<void> {
    const fresh = await openPtyPair({
      clock,
      settings,
      onBytes: (bytes) => fromReader.put(bytes),
      onAttended: arrived,
      onGone: gone,
    })
    if (!plugged) return fresh.close()
    pair = fresh
    // Renaming a new link over the old one leaves no moment without an address.
    const next = `${link}.next`
    rmSync(next, { force: true })
    symlinkSync(fresh.slavePath, next)
    renameSync(next, link)
    linkedTo(fresh.slavePath, () => rmSync(link, { force: true }))
  }
  function arrived(): void {
    attended = true
    if (!unpaced) lookAtSettings(0)
    for (const wake of waiters.splice(0)) wake()
  }
  function gone(): void {
    forget()
    // The kernel gives the pair's number to whoever asks next: an old link would lead the reader to another line.
    rmSync(link, { force: true })
    if (plugged) void plug()
  }
  function forget(): void {
    attended = false
    if (pair) unlinked(pair.slavePath)
    pair = null
    reader = settings
    stopLooking()
    toReader.clear()
    fromReader.clear()
  }
  function lookAtSettings(turn: number): void {
    const wait = LOOK_AT_SETTINGS_MS[Math.min(turn, LOOK_AT_SETTINGS_MS.length - 1)] ?? 2_000
    stopLooking = inReal(clock, wait, () => {
      const looked = pair
      if (!looked) return
      void readTermios(looked.masterFd).then((seen) => {
        if (pair !== looked || !attended) return
        const now = seen ? readerOf(seen, settings) : settings
        if (!sameSettings(now, reader)) log(`${name}: the reader is set to ${said(now)}, the device to ${said(settings)}`)
        reader = now
        lookAtSettings(turn + 1)
      })
    })
  }
  function unplug(): void {
    plugged = false
    pair?.close()
    forget()
    rmSync(link, { force: true })
  }
  async function replug(): Promise<void> {
    if (plugged) return
    plugged = true
    await plug()
  }

  await replug()
  return {
    address: `serial://${link}?${asQuery(settings)}`,
    write: (bytes) => {
      // A reader that has stopped reading loses bytes, it does not stop the indicator.
      if (attended && (pair?.waiting() ?? 0) < 4_096) toReader.put(bytes)
    },
    waiting: () => toReader.waiting() + (pair?.waiting() ?? 0),
    attended: () => attended,
    whenAttended: () => (attended ? Promise.resolve() : new Promise((wake) => waiters.push(wake))),
    unplug,
    replug,
    async stop() {
      unplug()
      waiters = []
    },
  }
}

const said = (of: LineSettings): string => `${of.baud} ${of.dataBits}${of.parity.charAt(0).toUpperCase()}${of.stopBits}`
export const asQuery = (of: LineSettings): string =>
  [
    `baud=${of.baud}`,
    ...(of.dataBits === 8 ? [] : [`data=${of.dataBits}`]),
    ...(of.parity === 'none' ? [] : [`parity=${of.parity}`]),
    ...(of.stopBits === 1 ? [] : [`stop=${of.stopBits}`]),
  ].join('&')
