import type { FastifyRequest } from 'fastify'
import type { Role } from '#cloud/api'
import { Refusal } from '../problems.ts'

/** Who asks: a person with a session, or a firm with an API key. `role` and `scope` are what row-level security sees. */
export interface Who {
  /** Names the asker for idempotency: `person:zhang` or `key:<hash>`. */
  readonly id: string
  /** Sign-in name, or the label of the API key. */
  readonly name: string
  /** How histories and screens name them. */
  readonly by: string
  readonly role: Role
  readonly scope: string | null
  /** Hash of the session; null for an API key. */
  readonly session: string | null
}

/** The signed-in asker, or a refusal. With roles: only these. */
export function whoAsks(request: FastifyRequest, ...only: readonly Role[]): Who {
  if (!request.who) throw new Refusal('not-signed-in')
  if (only.length > 0 && !only.includes(request.who.role)) throw new Refusal('not-allowed')
  return request.who
}

/** DOMAIN.md section 9, the part that exists: who may issue tickets, who may handle alarms. A carrier requests by the same route. */
export const MAY_ISSUE: readonly Role[] = ['enterprise', 'carrier', 'county', 'city']
export const MAY_VOID: readonly Role[] = ['enterprise', 'county', 'city']
/** A booklet is drawn from by the mine's own people: the mine and the offices sign it, no carrier for itself. */
export const SIGNS_BOOKLETS: readonly Role[] = ['enterprise', 'county', 'city']
export const MAY_HANDLE_ALARMS: readonly Role[] = ['county', 'city']
/** A note for whoever handles it: the site's own people may comment, not acknowledge or close. */
export const MAY_COMMENT: readonly Role[] = ['operator', 'enterprise', 'county', 'city']
/** Everybody who may look at a site from inside; a carrier sees its own tickets and weighings only. */
export const SEES_SITES: readonly Role[] = ['operator', 'enterprise', 'county', 'city']

declare module 'fastify' {
  interface FastifyRequest {
    who: Who | null
  }
}
