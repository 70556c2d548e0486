import { canonical } from '#edge/canonical'
import type { RegisteredVehicle } from '#edge/orders'
import { confusableKey, type Plate, readPlate } from '#edge/plate'
import { type TagSeen, tagKey, tagKeysOf } from '#edge/tag'
import type { Database } from './database.ts'

/** The vehicles this site knows: coal trucks with their axles, and staff cars, water trucks, fire engines with a weight cap. */
export interface Register {
  /** The newest entry of a plate counts. False when its plate is no plate. */
  enter(vehicle: RegisteredVehicle): boolean
  /** Vehicles whose plate is one of these or confusable with it. */
  candidates(plates: readonly string[]): RegisteredVehicle[]
  /** Vehicles registered with one of these tags or cards. */
  withTags(tags: readonly TagSeen[]): RegisteredVehicle[]
}

export const registerIn = (database: Database): Register => ({
  enter(vehicle) {
    const plate = readPlate(vehicle.plate)
    if (plate.kind !== 'plate') return false
    database.run(
      'insert into vehicle (plate, plate_key, body) values (?, ?, ?) on conflict (plate) do update set body = excluded.body',
      vehicle.plate,
      confusableKey(plate.plate),
      canonical(vehicle),
    )
    database.run('delete from vehicle_tag where plate = ?', vehicle.plate)
    for (const key of tagKeysOf(vehicle)) database.run('insert into vehicle_tag (tag_key, plate) values (?, ?)', key, vehicle.plate)
    return true
  },
  candidates(plates) {
    const keys = [...new Set(plates.map((plate) => confusableKey(plate as Plate)))]
    return keys.flatMap((key) =>
      database
        .all<{ body: string }>('select body from vehicle where plate_key = ? order by plate', key)
        .map(({ body }) => JSON.parse(body) as RegisteredVehicle),
    )
  },
  withTags(tags) {
    const found = new Map<string, string>()
    for (const key of new Set(tags.map(tagKey)))
      for (const { plate, body } of database.all<{ plate: string; body: string }>(
        'select plate, body from vehicle join vehicle_tag using (plate) where tag_key = ? order by plate',
        key,
      ))
        found.set(plate, body)
    return [...found.values()].map((body) => JSON.parse(body) as RegisteredVehicle)
  },
})
