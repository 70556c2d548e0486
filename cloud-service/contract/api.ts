/**
 * What the cloud says to people and programs, by HTTP under `/api`. Lists are cursor-paged, newest first; errors are
 * `application/problem+json`; every POST may carry `Idempotency-Key`. People have a session cookie, firms an API key (`Authorization: Bearer pk_…`).
 */
export * from './api/acts.ts'
export * from './api/alarms.ts'
export * from './api/booklets.ts'
export * from './api/lists.ts'
export * from './api/people.ts'
export * from './api/service.ts'
export * from './api/sites.ts'
export * from './api/tickets.ts'
export * from './api/weighings.ts'
