import { isTrailer, type Plate, readPlate } from '#edge/plate'

/** A whole plate of a vehicle that drives by itself: a trailer's says nothing about the ticket. */
export function tractorIn(text: string): Plate | null {
  const reading = readPlate(text)
  return reading.kind === 'plate' && !isTrailer(reading.plate) ? reading.plate : null
}

/** A trailer's plate, also typed without the 挂 that every one of them ends with. */
export function trailerIn(text: string): Plate | null {
  const reading = readPlate(/挂\s*$/.test(text) ? text : `${text}挂`)
  return reading.kind === 'plate' && isTrailer(reading.plate) ? reading.plate : null
}
