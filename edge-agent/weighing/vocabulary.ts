/**
 * The words of the lane's machine: what the lane is (`rules`), what it is told (`told`), what it orders (`ordered`), what is known of the
 * vehicle that is here (`visit`), and where it all stands (`state`).
 */
export type { BookTicket } from '#edge/book-ticket'
export type * from './vocabulary/ordered.ts'
export type * from './vocabulary/rules.ts'
export type * from './vocabulary/state.ts'
export type * from './vocabulary/told.ts'
export type * from './vocabulary/visit.ts'
