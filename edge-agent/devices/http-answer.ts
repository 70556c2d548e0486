import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CameraReply } from '#dialects/camera/sighting'
import type { Caller } from './sign-in.ts'

/** Says to a camera what its dialect wants it to hear. */
export function answer(response: ServerResponse, reply: CameraReply | 'plain', { headers }: Caller): void {
  if (reply === 'plain' || reply.as === 'mqtt') response.writeHead(200, { 'content-length': 0 }).end()
  else if (reply.as === 'bytes') response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(reply.bytes)
  else if (reply.as === 'text') respond(response, reply.status, reply.contentType, reply.body)
  else {
    // GA/T 1400 has a content type of its own, and what asked in it wants to be answered in it.
    const police = /^application\/viid\+json/i.test(headers['content-type'] ?? '')
    respond(response, reply.status, police ? 'application/VIID+JSON;charset=UTF-8' : 'application/json', JSON.stringify(reply.body))
  }
}

function respond(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body)
}

/** Answers and ends the connection; what still comes is thrown away, up to `mostBytes`. */
export function refuse(request: IncomingMessage, response: ServerResponse, status: number, mostBytes: number, words = ''): void {
  if (response.headersSent || response.destroyed) return
  let thrownAway = 0
  request.on('error', () => {})
  request.on('data', (chunk: Uint8Array) => {
    thrownAway += chunk.length
    if (thrownAway > mostBytes) request.destroy()
  })
  response.writeHead(status, { connection: 'close', 'content-type': 'text/plain' }).end(words)
}
