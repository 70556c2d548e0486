import type { FastifyRequest } from 'fastify'
import { Refusal } from '../problems.ts'

/**
 * Defence against another site's page acting with our visitor's cookie: besides SameSite=Strict, whatever changes something must
 * come from our own pages. Browsers say so in `Sec-Fetch-Site` or `Origin`; programs use an API key, which no browser adds by itself.
 */
export function mustBeSameOrigin(request: FastifyRequest, cookieCounts: boolean): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  const same =
    site !== undefined ? site === 'same-origin' || site === 'none' : origin !== undefined ? isOurs(origin, request) : !cookieCounts
  if (!same) throw new Refusal('foreign-origin')
}

function isOurs(origin: string, request: FastifyRequest): boolean {
  try {
    return new URL(origin).host === request.headers.host
  } catch {
    return false
  }
}
