import Type, { type Static } from 'typebox'
import { CarrierIdSchema, MomentSchema, oneOf, SiteIdSchema, type TicketNumber, TicketNumberSchema } from './ids.ts'
import type { Hasher, Signed } from './seal.ts'
import { signedSchema } from './signed-schema.ts'

/** 电子煤票: permission and evidence for one truck and one load, for one origin site, used once (DOMAIN.md section 3). */
export const ProductSchema = Type.Object({
  /** Coal class by GB/T 5751, such as `BN` 不黏煤; empty for semi-coke and magnesium. */
  coalClass: Type.String({ maxLength: 8 }),
  /** Trade category such as `LUMP` 块煤, `FINE` 末煤, `SEMICOKE` 兰炭. */
  category: Type.String({ maxLength: 16 }),
})
export const PlateColourSchema = oneOf(['blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown'])

export const TicketSchema = Type.Object({
  number: TicketNumberSchema,
  site: SiteIdSchema,
  category: oneOf(['in-city', 'out-of-city', 'out-of-province', 'own-use', 'transfer']),
  carrier: CarrierIdSchema,
  carrierName: Type.String({ maxLength: 80 }),
  consignee: Type.String({ maxLength: 80 }),
  /** Tractor plate, normalised. */
  plate: Type.String({ maxLength: 12 }),
  plateColour: PlateColourSchema,
  trailer: Type.Union([Type.String({ maxLength: 12 }), Type.Null()]),
  /** Axles of the whole combination; 0 where no register knows. */
  axles: Type.Integer({ minimum: 0, maximum: 12 }),
  /** Driven axles of the tractor; one lowers the six-axle limit to 46 t. 0 where no register knows. */
  drivenAxles: Type.Integer({ minimum: 0, maximum: 4 }),
  product: ProductSchema,
  plannedNetKg: Type.Integer({ minimum: 1, maximum: 100_000 }),
  validFrom: MomentSchema,
  validUntil: MomentSchema,
  issuedAt: MomentSchema,
  policy: Type.Integer({ minimum: 1 }),
})
export type Ticket = Static<typeof TicketSchema>
export const SignedTicketSchema = signedSchema(TicketSchema)
export type SignedTicket = Signed<Ticket>

/** States an edge can know and bring about; later ones (in-transit, arrived, closed) belong to the cloud. */
export const TICKET_STATES = ['issued', 'checked-in', 'held', 'released', 'voided', 'expired'] as const
export type TicketState = (typeof TICKET_STATES)[number]

const LETTERS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'
/**
 * Check character over the 20 significant characters, ISO 7064 MOD 37-2 over a 37-symbol alphabet: catches every single slip and
 * every swap of neighbours. It can be I or O; numbers whose check would be are never made, so no letter is read for a digit.
 */
export function checkCharacter(significant: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*'
  let sum = 0
  for (const letter of significant.replaceAll('-', '')) sum = ((sum + alphabet.indexOf(letter)) * 2) % 37
  return alphabet[(38 - (sum % 37)) % 37] as string
}

/** `610881-261121-7QK2M9XA4`: county, day (Asia/Shanghai), eight random letters handed in, check character. Not enumerable. */
export function ticketNumber(county: string, day: string, random: Uint8Array): TicketNumber {
  const letters = [...random.slice(0, 8)].map((byte) => byte % LETTERS.length)
  const last = letters.pop() ?? 0
  for (let on = 0; on < LETTERS.length; on += 1) {
    const tail = [...letters, (last + on) % LETTERS.length].map((at) => LETTERS[at]).join('')
    const start = `${county}-${day}-${tail}`
    const check = checkCharacter(start)
    if (check !== 'I' && check !== 'O') return `${start}${check}` as TicketNumber
  }
  throw new RangeError(`no check character fits ${county}-${day}`)
}
export const ticketNumberIsWhole = (text: string): boolean =>
  /^[0-9]{6}-[0-9]{6}-[0-9A-HJ-NP-Z]{8}[0-9A-HJ-NP-Z*]$/.test(text) && checkCharacter(text.slice(0, -1)) === text.at(-1)

/**
 * The hash a ticket book proves itself with in `hello`: the XOR of the hashes of its entries, so that both sides can compute it
 * in any order. An entry is the canonical bytes of a signed ticket, as ordered, plus `voided` once an order voided it.
 */
export function bookHash(entries: Iterable<string>, hasher: Hasher): string {
  const sum = new Uint8Array(32)
  for (const entry of entries) {
    const hash = hasher.hash(entry)
    for (let at = 0; at < 32; at += 1) sum[at] = (sum[at] as number) ^ Number.parseInt(hash.slice(at * 2, at * 2 + 2), 16)
  }
  return [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
export const bookEntry = (number: string, signature: string, voided: boolean): string =>
  `${number}\t${signature}\t${voided ? 'voided' : 'open'}`
