import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { mistakeFinder } from '#edge/mistakes'
import { Refusal } from './problems.ts'

/**
 * What may come in at all. Fastify's schema checks were bypassed four times by tricks with the Content-Type header
 * (CVE-2025-32442, CVE-2026-25223, CVE-2026-3419, CVE-2026-33806), so the header is compared as bytes before anything parses it:
 * people and programs send exactly JSON, agents exactly bytes.
 */
const JSON_ONLY = /^application\/json(; ?charset=utf-8)?$/i
const BYTES = 'application/octet-stream'

export function acceptStrictly(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const type = request.headers['content-type']
    const asBytes = request.routeOptions.config.bytes === true
    const fits = type === undefined ? !hasBody(request.headers) : asBytes ? type === BYTES : JSON_ONLY.test(type)
    done(fits ? undefined : new Refusal('json-only'))
  })
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser(BYTES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const find = mistakeFinder(schema as TSchema)
    return (value: unknown) => {
      // Queries and paths arrive as text; a body says itself what is a number.
      const meant = httpPart === 'body' ? value : Value.Convert(schema as TSchema, value)
      const mistakes = find(meant)
      return mistakes.length === 0 ? { value: meant } : { error: new Refusal('mistakes', { mistakes }) }
    }
  })
  // Rows are shaped by the queries; the contract's schemas are held against real answers in the tests.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
}

const hasBody = (headers: Record<string, unknown>): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** This route takes raw bytes instead of JSON. */
    bytes?: boolean
  }
}
