import { MESSAGES, messagesGoing, readTopic, topicOf } from '#edge/messages'
import { BATCH_MAX_BYTES } from '#edge/stream'
import { CLOUD_USER, readAgentUser } from './credentials.ts'

/** Who may say and hear what, from the table of messages: an agent its own topics by their direction, the cloud everything of ours. */

/** A batch may be twice its size in characters of three bytes; nothing we say is longer. */
export const LONGEST_PAYLOAD = BATCH_MAX_BYTES * 2 + 4_096

export function maySay(user: string, topic: string): boolean {
  const to = readTopic(topic)
  if (to === null) return false
  if (user === CLOUD_USER) return true
  return isOwn(user, to) && MESSAGES[to.message].direction === 'up'
}

export function mayHear(user: string, filter: string): boolean {
  if (user === CLOUD_USER) return filter.startsWith('pitgate/v1/')
  const who = readAgentUser(user)
  return who !== null && messagesGoing('down').some((name) => topicOf(who.site, who.agent, name) === filter)
}

/** The client id is bound to the user, so that nobody can take another's session away. */
export function mayBe(user: string, clientId: string): boolean {
  const who = readAgentUser(user)
  return user === CLOUD_USER ? clientId.startsWith(`${CLOUD_USER}-`) : who !== null && clientId === `${who.site}.${who.agent}`
}

function isOwn(user: string, { site, agent }: { site: string; agent: string }): boolean {
  const who = readAgentUser(user)
  return who !== null && who.site === site && who.agent === agent
}
