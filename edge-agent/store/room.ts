import { statfsSync } from 'node:fs'

/**
 * How much room the disk leaves, best first (reliability rule R7):
 * - `enough`;
 * - `scarce`: somebody is told, and nothing else changes;
 * - `full`: nothing is weighed any more, a person stands at the gate; decisions and alarms are still written;
 * - `ballast`: even those need what the ballast sets free.
 * Nothing that the cloud has not receipted is ever deleted to make room.
 */
export const ROOMS = ['enough', 'scarce', 'full', 'ballast'] as const
export type Room = (typeof ROOMS)[number]

export interface RoomLimits {
  readonly scarceBelowBytes: number
  readonly fullBelowBytes: number
  readonly ballastBelowBytes: number
  /** Better again only with this much more: more than the ballast, so that laying it in anew does not bring the shortage back. */
  readonly backAboveBytes: number
  readonly ballastBytes: number
}

const MEGABYTE = 1024 * 1024
/**
 * `scarce` comes before photos are refused (512 MB) and leaves weeks of records; `full` leaves room for a day of people at the gate, and
 * for the write-ahead log, which grows to 64 MB at most.
 */
export const ROOM_LIMITS: RoomLimits = {
  scarceBelowBytes: 1024 * MEGABYTE,
  fullBelowBytes: 128 * MEGABYTE,
  ballastBelowBytes: 32 * MEGABYTE,
  backAboveBytes: 96 * MEGABYTE,
  ballastBytes: 64 * MEGABYTE,
}

/** The disk a store is on. */
export interface Disk {
  readonly limits: RoomLimits
  freeBytes(): number
}

export const diskOf = (folder: string): Disk => ({ limits: ROOM_LIMITS, freeBytes: () => freeBytesOf(folder) })

export function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/**
 * The room after a look. `free` are bytes of the disk; `spare` those the store's own file holds empty: they take records, but the
 * write-ahead log needs the disk.
 */
export function roomAfter(before: Room, { free, spare }: { readonly free: number; readonly spare: number }, limits: RoomLimits): Room {
  const seen = (more: number): number => {
    if (free < limits.ballastBelowBytes + more) return 3
    if (free + spare < limits.fullBelowBytes + more) return 2
    return free + spare < limits.scarceBelowBytes + more ? 1 : 0
  }
  const at = Math.min(Math.max(ROOMS.indexOf(before), seen(0)), seen(limits.backAboveBytes))
  return ROOMS[at] ?? 'ballast'
}

/** Nobody is weighed by himself. */
export const isFull = (room: Room): boolean => room === 'full' || room === 'ballast'
