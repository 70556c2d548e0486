/**
 * Topics of Qianyi (芊熠) cameras, MQTT protocol V4.23. A camera first publishes `camera_register` on `/serverAll` and names the two it
 * uses. Defaults: up `aiot/plate/{sn}`, down `device/plate/{sn}`; configured ones end in `/{sn}/qymqttpost` and `/{sn}/qymqttdown`.
 */
export const QIANYI_REGISTER_TOPIC = '/serverAll'

/** What to subscribe to in order to hear every such camera that keeps the known topics. */
export const QIANYI_TOPICS: readonly string[] = [QIANYI_REGISTER_TOPIC, 'aiot/plate/+', '/+/+/qymqttpost']

export interface QianyiTopic {
  /** Null on the register topic and on topics a site chose freely. */
  readonly device: string | null
  readonly kind: 'register' | 'up' | 'down' | 'other'
  /** Where the camera listens, null where the topic does not tell. */
  readonly down: string | null
}

const FORM = /^(?:(aiot|device)\/plate\/([^/+#]{1,64})|(\/[^/+#]{1,64})\/([^/+#]{1,64})\/qymqtt(post|down))$/

export function readQianyiTopic(topic: string): QianyiTopic {
  if (topic === QIANYI_REGISTER_TOPIC) return { device: null, kind: 'register', down: null }
  const parts = topic.length > 256 ? null : FORM.exec(topic)
  if (parts === null) return { device: null, kind: 'other', down: null }
  const [, house, plain, prefix, chosen, way] = parts
  if (plain !== undefined) return { device: plain, kind: house === 'aiot' ? 'up' : 'down', down: `device/plate/${plain}` }
  return { device: chosen ?? null, kind: way === 'post' ? 'up' : 'down', down: `${prefix}/${chosen}/qymqttdown` }
}
