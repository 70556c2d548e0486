/**
 * Topics of Vzenith's MQTT "custom protocol" v1.1.14. Two layouts are in the field; a camera speaks one of them and some obey both,
 * so commands go only to the layout a camera was heard in: obeyed twice, a pulse opens and stops a one-button barrier.
 *
 *   A  device/{sn}/message/up/{name}     B  {sn}/device/message/up/{name}     and the same with down, replies with /reply behind
 */
export type VzenithLayout = 'A' | 'B'

export interface VzenithTopic {
  readonly layout: VzenithLayout
  readonly device: string
  readonly name: string
  readonly kind: 'up' | 'command' | 'reply'
}

/** What to subscribe to in order to hear every such camera on a broker. */
export const VZENITH_TOPICS: readonly string[] = [
  'device/+/message/up/+',
  '+/device/message/up/+',
  'device/+/message/down/+/reply',
  '+/device/message/down/+/reply',
]

const LONGEST_DEVICE = 64
const FORM = /^([^/]+)\/([^/]+)\/message\/(?:up\/([^/]+)|down\/([^/]+)(\/reply)?)$/

/** Null for every other topic, and for device numbers no camera has. */
export function readVzenithTopic(topic: string): VzenithTopic | null {
  const parts = topic.length > 256 ? null : FORM.exec(topic)
  if (parts === null) return null
  const [, first = '', second = '', up, down = '', reply] = parts
  const layout = first === 'device' ? 'A' : second === 'device' ? 'B' : null
  const device = layout === 'A' ? second : first
  if (layout === null || device.length > LONGEST_DEVICE || /[\p{Cc}\p{Cs}]/u.test(device)) return null
  return { layout, device, name: up ?? down, kind: up !== undefined ? 'up' : reply !== undefined ? 'reply' : 'command' }
}

export const vzenithTopic = (layout: VzenithLayout, device: string, way: 'up' | 'down', name: string): string =>
  layout === 'A' ? `device/${device}/message/${way}/${name}` : `${device}/device/message/${way}/${name}`
