import type { CameraDialect } from '#dialects/camera/sighting'
import type { Clock } from '#edge/clock'
import { type OpenCameraWay, sameCamera } from './camera-way.ts'
import type { HttpListener } from './http-listener.ts'
import { type SignInRule, signIn } from './sign-in.ts'

export interface PushWayParts {
  readonly dialect: CameraDialect
  readonly listener: Pick<HttpListener, 'open'>
  readonly path: string
  /** The only source address, or any. */
  readonly from?: string
  readonly signIn: SignInRule
  /** Where several cameras share a path: as in its messages. */
  readonly serialNumber?: string
  readonly clock: Clock
}

/** Dialects whose cameras also ask for something (the time). */
const ASKING = new Set(['gat1400'])

/** A camera that pushes to the agent's HTTP listener. Its answer is the dialect's; what nobody can read is still answered 200. */
export const pushWay =
  ({ dialect, listener, path, from, signIn: rule, serialNumber, clock }: PushWayParts): OpenCameraWay =>
  (ears) => {
    let close = (): void => {}
    return {
      start: () => {
        close = listener.open({
          path,
          from: from ?? null,
          signIn: signIn(rule, clock),
          answersGet: ASKING.has(dialect.name),
          particular: serialNumber !== undefined,
          take: (envelope, alone) => {
            const isOurs = (device: string | null): boolean =>
              serialNumber === undefined || (device === null ? alone : sameCamera(device, serialNumber))
            const messages = dialect.decode(envelope).filter(({ device }) => isOurs(device))
            if (messages.length === 0) return 'not-mine'
            for (const message of messages) ears.onMessage(message)
            const replies = messages.flatMap((message) => ('reply' in message && message.reply !== undefined ? [message.reply] : []))
            return replies[0] ?? 'plain'
          },
          onSpoiled: ears.onSpoiled,
        })
      },
      stop: async () => close(),
      reopen: () => {},
    }
  }
