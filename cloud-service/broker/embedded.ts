import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { CloudError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { passwordFits, readPasswords } from './credentials.ts'
import { LONGEST_PAYLOAD, mayBe, mayHear, maySay } from './rights.ts'

export interface EmbeddedBroker {
  readonly port: number
  stop(): Promise<void>
}

export interface EmbeddedBrokerOptions {
  readonly port: number
  readonly host: string
  /** Mosquitto's format; read again whenever it changes. */
  readonly passwordFile: string
  readonly log: Log
}

/**
 * The embedded broker (DESIGN.md D10): aedes on loopback, nothing kept on disk, because nothing that matters depends on a broker.
 * It authenticates, binds client ids and confines everybody to their topics. Throws CloudError `port-taken`.
 */
export async function startBroker({ port, host, passwordFile, log }: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  let passwords = readFileNow(passwordFile)
  watchFile(passwordFile, { interval: 500, persistent: false }, () => {
    passwords = readFileNow(passwordFile)
    log.info({ users: passwords.size }, 'who may enter was read again')
    for (const [client, { user, hash }] of users) if (passwords.get(user) !== hash) client.close()
  })
  /** Connected clients and the password they came with. */
  const users = new Map<Client, { readonly user: string; readonly hash: string }>()
  const userOf = (client: Client | null): string => (client === null ? '' : (users.get(client)?.user ?? ''))

  const broker = await Aedes.createBroker({
    concurrency: 200,
    queueLimit: 1_000,
    maxClientsIdLength: 80,
    authenticate(client, user, password, done) {
      const hash = passwords.get(user ?? '')
      const fits = user !== undefined && hash !== undefined && password !== undefined && passwordFits(password.toString(), hash)
      if (!fits || !mayBe(user, client.id)) {
        log.warn({ user, client: client.id }, fits ? 'a client came under a name that is not its own' : 'a client was not let in')
        return done(Object.assign(new Error('not let in'), { returnCode: fits ? 2 : 4 }), null)
      }
      users.set(client, { user, hash })
      done(null, true)
    },
    authorizePublish(client, packet, done) {
      const refusal = packet.payload.length > LONGEST_PAYLOAD ? 'too long' : maySay(userOf(client), packet.topic) ? null : 'not its topic'
      if (refusal !== null) log.warn({ user: userOf(client), topic: packet.topic, refusal }, 'a message was refused')
      done(refusal === null ? null : new Error(refusal))
    },
    authorizeSubscribe(client, subscription, done) {
      const may = mayHear(userOf(client), subscription.topic)
      if (!may) log.warn({ user: userOf(client), topic: subscription.topic }, 'a subscription was refused')
      done(null, may ? subscription : null)
    },
  })
  broker.on('clientDisconnect', (client) => users.delete(client))
  broker.on('clientError', (client, error) => log.debug({ client: client.id, reason: error.message }, 'a client was lost'))
  broker.on('connectionError', (_client, error) => log.debug({ reason: error.message }, 'a connection was no MQTT'))

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    broker.handle(socket)
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        error.code === 'EADDRINUSE'
          ? new CloudError(
              'port-taken',
              `Port ${port} on ${host} is taken by another program; the broker needs it. Choose another port.`,
              error,
            )
          : error,
      ),
    )
    server.listen(port, host, listening)
  })
  const at = server.address()
  return {
    port: at !== null && typeof at === 'object' ? at.port : port,
    async stop() {
      unwatchFile(passwordFile)
      const closed = new Promise<void>((then) => server.close(() => then()))
      for (const socket of sockets) socket.destroy()
      await closed
      await new Promise<void>((then) => broker.close(() => then()))
    },
  }

  function readFileNow(file: string): Map<string, string> {
    try {
      return readPasswords(readFileSync(file, 'utf8'))
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the password file cannot be read: nobody is let in')
      return new Map()
    }
  }
}
