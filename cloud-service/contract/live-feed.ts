import type { LaneStatus } from '#edge/lane-status'
import type { AlarmRow, Site, TicketRow, WeighingRow } from './api.ts'

/**
 * The live feed (socket.io on `/live`, authenticated by the session cookie at the handshake). Rooms are joined by the server only.
 * Every event is a hint: at most once, no replay. The truth is read by cursor after each connect and whenever `cursor` has jumped.
 */
export interface LiveEvents {
  /** Lane status of one site, at most 2 a second. */
  lanes: (event: { readonly site: string; readonly lanes: readonly LaneStatus[]; readonly heardAt: string }) => void
  /** An agent came, went, or its backlog changed. */
  site: (event: Site) => void
  alarm: (event: AlarmRow) => void
  weighing: (event: WeighingRow) => void
  ticket: (event: TicketRow) => void
  /** More has changed than was told, or words were missed: read again what is shown. At most every 30 seconds. */
  'look-again': () => void
  /** The session was ended or its rights changed: sign in again. */
  'signed-out': () => void
}
/** The browser says nothing: all acts go by HTTP, where they are checked, sealed and answered. */
export type BrowserEvents = Record<string, never>
