import { connect } from 'node:net'
import { fromIso } from '#edge/units'
import { clockSign } from './clock-sign.ts'
import { isLoopback } from './config/console.ts'
import type { EdgeConfig } from './config.ts'
import type { Health } from './health.ts'
import { type Sign, scaleSigns } from './scale-signs.ts'
import { LOG_TOO_LONG } from './store/log-grows.ts'
import { freeBytesOf } from './store/room.ts'

const MARKS = { good: '✓', doubtful: '!', bad: '✗' }
const GIGABYTE = 1_073_741_824

/** What is connected, what is silent, and how clock, disk, key and link are. Returns the lines and whether anything is bad. */
export async function doctor(
  config: EdgeConfig,
  health: Health | null,
): Promise<{ readonly lines: readonly string[]; readonly well: boolean }> {
  const signs = health ? fromRunning(health) : [notRunning(config), await brokerSign(config.cloud.mqtt)]
  const all = [...signs, diskSign(config.folder)]
  return { lines: all.map(({ state, what, says }) => `${MARKS[state]} ${what}: ${says}`), well: all.every(({ state }) => state !== 'bad') }
}

const notRunning = ({ folder }: EdgeConfig): Sign => ({
  state: 'bad',
  what: '代理 / agent',
  says: `没有在运行 / is not running from ${folder}. 启动 / start it: npm run -s edge -- run --config FILE`,
})

function fromRunning(health: Health): Sign[] {
  const { clock, key, store, policy, book, link, lanBroker, software } = health
  return [
    {
      state: 'good',
      what: '代理 / agent',
      says: `${health.site}/${health.agent} 进程 / process ${health.pid}, ${Math.round(health.rssBytes / 1_048_576)} MB`,
    },
    loopSign(health.loop),
    { state: 'good', what: '软件 / software', says: `${software.version}, 法定部分 / legally relevant part ${software.legal}` },
    clockSign(clock),
    { state: 'good', what: '密钥 / key', says: `${key.id} (公钥 / public ${key.publicKey})` },
    {
      state: store.broken ? 'bad' : 'good',
      what: '账本 / ledger',
      says: store.broken ? `已停用 / refused: ${store.broken}` : `${store.epoch} 第 ${store.seq} 条 / record ${store.seq}`,
    },
    ...ledgerSigns(store),
    linkSign(link),
    ...(health.evidence ? [evidenceSign(health.evidence)] : []),
    {
      state: policy.version === 0 ? 'bad' : 'good',
      what: '策略 / policy',
      says:
        policy.version === 0
          ? '尚未收到，一律转人工 / none yet: every truck needs a person'
          : `第 ${policy.version} 版，云端确认于 / version ${policy.version}, confirmed ${policy.confirmedAt ?? '从未 / never'}`,
    },
    { state: 'good', what: '票册 / ticket book', says: `${book.tickets} 张 / tickets, ${book.hash.slice(0, 16)}` },
    {
      state: lanBroker.port ? 'good' : 'bad',
      what: '相机服务 / camera broker',
      says: lanBroker.port ? `端口 / port ${lanBroker.port}` : '端口被占用，相机连不上 / its port is taken: cameras cannot connect',
    },
    ...lanBroker.strangers.map(
      (topic): Sign => ({
        state: 'doubtful',
        what: '陌生相机 / unknown camera',
        says: `${topic} 没有磅道认领，请核对序列号 / belongs to no lane: check serialNumber`,
      }),
    ),
    ...(health.cameraListener ? listenerSigns(health.cameraListener) : []),
    consoleSign(health.console),
    ...health.lanes.flatMap((lane) => [...laneSigns(lane), ...scaleSigns(lane, fromIso(clock.now))]),
  ]
}

/** Nothing a lane does waits less than a tenth of a second; a second is one reading in ten missed, and an alarm. */
const loopSign = ({ p99Ms, longestMs }: Health['loop']): Sign => ({
  state: longestMs > 1_000 ? 'bad' : p99Ms > 100 ? 'doubtful' : 'good',
  what: '响应 / response',
  says: `近一分钟 / last minute: p99 ${p99Ms} ms, 最长 / longest ${longestMs} ms`,
})

const inMegabytes = (bytes: number): number => Math.round(bytes / 1_000_000)
const ROOM_SAYS = {
  enough: '空间充足 / enough room',
  scarce: '空间不足，请清理 / scarce: make room soon',
  full: '已满，停止称重 / full: nothing is weighed',
  ballast: '已满，仅能记录报警和决定 / full: alarms and decisions only',
}
function ledgerSigns({ space, verified }: Health['store']): Sign[] {
  if (space === null) return []
  const { room, freeBytes, spareBytes, ballastBytes, logBytes } = space
  return [
    {
      state: room === 'enough' ? 'good' : room === 'scarce' ? 'doubtful' : 'bad',
      what: '账本空间 / room for the ledger',
      says: `${ROOM_SAYS[room]}, 剩余 / free ${inMegabytes(freeBytes)} MB, 账本内空页 / empty in its file ${inMegabytes(spareBytes)} MB, 压舱 / ballast ${inMegabytes(ballastBytes)} MB`,
    },
    {
      state: logBytes > LOG_TOO_LONG ? 'bad' : 'good',
      what: '账本日志 / write-ahead log',
      says: `${inMegabytes(logBytes)} MB${logBytes > LOG_TOO_LONG ? '，未能并入账本 / something keeps it from going into the ledger' : ''}`,
    },
    {
      state: 'good',
      what: '账本核验 / ledger verified',
      says: verified ? `${verified.at}, ${verified.records} 条 / records` : '首轮进行中 / the first round is under way',
    },
  ]
}

/** Beyond the budget although everything is needed: the line to the cloud is what is missing, or the disk. */
function evidenceSign(evidence: NonNullable<Health['evidence']>): Sign {
  const { photos, tapes, bytes, mostBytes, waiting, waitingBytes, waitingSince, overBytes, droppedPhotos, droppedTapes, refusedPhotos } =
    evidence
  const told = [
    `照片 / photos ${photos}, 曲线 / tapes ${tapes}, ${inMegabytes(bytes)} / ${inMegabytes(mostBytes)} MB`,
    ...(waiting > 0 ? [`待传 / to travel ${waiting} (${inMegabytes(waitingBytes)} MB), 最早 / oldest ${waitingSince ?? '-'}`] : []),
    ...(overBytes > 0
      ? [`超出 ${inMegabytes(overBytes)} MB，均仍需要，不清理 / over by so much, all of it needed: nothing is dropped`]
      : []),
    ...(droppedPhotos + droppedTapes > 0 ? [`已清理 / dropped ${droppedPhotos} 照片 / photos, ${droppedTapes} 曲线 / tapes`] : []),
    ...(refusedPhotos > 0 ? [`磁盘不足，${refusedPhotos} 张照片未留存 / not kept for want of disk`] : []),
  ]
  const full = overBytes > 0 || bytes > 0.8 * mostBytes
  return { state: refusedPhotos > 0 ? 'bad' : full ? 'doubtful' : 'good', what: '证据 / evidence', says: told.join('; ') }
}

function consoleSign({ host, port, tls, people }: Health['console']): Sign {
  const what = '控制台 / console'
  if (!port) return { state: 'bad', what, says: '端口被占用，打不开控制台 / its port is taken: the console cannot be opened' }
  const clear = tls === null && !isLoopback(host)
  const { known = 0, signedIn = [], locked = [] } = people ?? {}
  const told = [
    `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    known === 0 ? '还没有操作员，只能看 / nobody may sign in yet' : `${known} 名操作员 / people`,
    ...(signedIn.length > 0 ? [`在岗 / signed in ${signedIn.join(', ')}`] : []),
    ...(locked.length > 0 ? [`已锁定 / locked ${locked.map(({ id }) => id).join(', ')}`] : []),
    ...(clear ? ['明文，密码可在站内网络被窃听，请配置 console.tls / in clear: PINs can be read on this network, write console.tls'] : []),
  ]
  return { state: known === 0 || clear ? 'doubtful' : 'good', what, says: told.join(', ') }
}

const listenerSigns = ({ port, strangers, counters }: NonNullable<Health['cameraListener']>): Sign[] => [
  {
    state: port ? 'good' : 'bad',
    what: '相机推送 / camera listener',
    says: port ? `端口 / port ${port} ${counted(counters)}` : '端口被占用，相机推不进来 / its port is taken: cameras cannot push',
  },
  ...strangers.map(
    (stranger): Sign => ({
      state: 'doubtful',
      what: '陌生推送 / unknown push',
      says: `${stranger} 没有磅道认领，请核对路径、来源和口令 / belongs to no lane: check path, from and password`,
    }),
  ),
]

const linkSign = ({ state, since, detail, heardAt, backlog }: Health['link']): Sign => ({
  state: state === 'connected' ? (backlog.records > 1_000 ? 'doubtful' : 'good') : 'bad',
  what: '云端链路 / link',
  says: `${{ connected: '已连接 / connected', disconnected: '断开 / down', refused: '被拒绝，请核对口令 / refused: check the password' }[state]} ${since} 起 / since${detail ? ` (${detail})` : ''}, 待确认 / waiting ${backlog.records}${backlog.oldest ? `, 最早 / oldest ${backlog.oldest}` : ''}, 上次回执 / last heard ${heardAt ?? '无 / never'}`,
})

const laneSigns = (lane: Health['lanes'][number]): Sign[] => [
  {
    state: lane.phase === 'blocked' ? 'doubtful' : 'good',
    what: `磅道 / lane ${lane.lane} ${lane.name}`,
    says: `${lane.phase}${lane.why ? ` (${lane.why})` : ''}, ${lane.weightKg === null ? '无读数 / no weight' : `${lane.weightKg} kg`}`,
  },
  ...lane.devices.map(
    ({ device, state, since, detail }): Sign => ({
      state: state === 'ok' ? (detail ? 'doubtful' : 'good') : 'bad',
      what: `  ${device}`,
      says: `${{ ok: '正常 / speaks', silent: '无声 / silent', lost: '断开 / lost', unheard: '从未听到 / never heard' }[state]} ${since} 起 / since${detail ? `: ${detail}` : ''} ${counted(lane.counters[device] ?? {})}`,
    }),
  ),
]
const counted = (counters: Readonly<Record<string, number>>): string =>
  Object.entries(counters)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

function diskSign(folder: string): Sign {
  try {
    const free = freeBytesOf(folder)
    return {
      state: free < GIGABYTE ? 'bad' : free < 4 * GIGABYTE ? 'doubtful' : 'good',
      what: '磁盘 / disk',
      says: `${folder} 剩余 / free ${(free / GIGABYTE).toFixed(1)} GB`,
    }
  } catch (error) {
    return { state: 'bad', what: '磁盘 / disk', says: `${folder}: ${(error as Error).message}` }
  }
}

function brokerSign(url: string): Promise<Sign> {
  const { hostname, port, protocol } = new URL(url)
  return new Promise((tell) => {
    const socket = connect({ host: hostname, port: Number(port || (protocol === 'mqtts:' ? 8883 : 1883)), timeout: 3_000 })
    const say = (state: Sign['state'], says: string): void => {
      socket.destroy()
      tell({ state, what: '云端消息服务器 / cloud broker', says: `${url} ${says}` })
    }
    socket.once('connect', () => say('good', '可达 / answers'))
    socket.once('timeout', () => say('bad', '3 秒无应答 / no answer in 3 s'))
    socket.once('error', (error) => say('bad', `连不上 / unreachable: ${error.message}`))
  })
}
