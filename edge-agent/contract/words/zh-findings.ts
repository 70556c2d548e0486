import type { Words } from './words.ts'

/** 每条判定项对三种人的话:司机的要短,司磅员的要能办事,监管员的要有据。 */
export const zhFindings: Words['findings'] = {
  'no-plate': {
    driver: '未识别车牌,请等待',
    operator: '未识别到车牌(抓拍 {reads} 次),请人工核对',
    regulator: '未识别到车牌,抓拍 {reads} 次',
  },
  'plate-near': {
    driver: '车牌已核对',
    operator: '识别为 {seen},与票 {number} 的车牌 {ticketPlate} 仅差一个易混字符',
    regulator: '近似匹配:识别 {seen},票面 {ticketPlate},票号 {number}',
  },
  'plate-ambiguous': {
    driver: '车牌不清,请等待',
    operator: '识别为 {seen},有 {fits} 张在用煤票都相近,请人工核对',
    regulator: '识别 {seen} 与 {fits} 张在用煤票近似,未自动匹配',
  },
  'plate-changed': {
    driver: '车牌前后不一致',
    operator: '空磅时为 {before},现在为 {seen},请核对车辆',
    regulator: '空重磅之间车牌由 {before} 变为 {seen}',
  },
  'fake-plate': {
    driver: '车牌异常,不予放行',
    operator: '摄像机判定 {seen} 疑似假牌',
    regulator: '疑似假牌:{seen}',
  },
  'two-plates': {
    driver: '识别到两个车牌,请等待',
    operator: '识别到 {plate},同时识别到 {other},请核对车头和车尾',
    regulator: '同一次过磅出现两个车牌:{plate} 与 {other}',
  },
  'tag-other-truck': {
    driver: '电子标签与车牌不符',
    operator: '标签/卡 {tag} 登记在 {tagPlate} 名下,识别车牌为 {seen},请核对车辆',
    regulator: '标签/卡 {tag} 属 {tagPlate},识别车牌 {seen}',
  },
  'no-ticket': {
    driver: '无煤票,请倒车',
    operator: '{plate} 在本站没有可用煤票',
    regulator: '无票车辆:{plate}',
  },
  'ticket-other-truck': {
    driver: '煤票与车牌不符',
    operator: '出示的票 {number} 属于 {ticketPlate},本车为 {seen}',
    regulator: '冒用他车煤票:票 {number} 属 {ticketPlate},实车 {seen}',
  },
  'ticket-unknown': {
    driver: '煤票无效',
    operator: '本站票册中没有票 {number}',
    regulator: '出示了本站票册之外的票号 {number}',
  },
  'ticket-not-yet-valid': {
    driver: '煤票未到生效时间',
    operator: '票 {number} 自 {validFrom:time} 起有效',
    regulator: '票 {number} 未生效,生效时间 {validFrom:time}',
  },
  'ticket-expired': {
    driver: '煤票已过期',
    operator: '票 {number} 已于 {validUntil:time} 过期',
    regulator: '过期煤票:{number},有效至 {validUntil:time}',
  },
  'ticket-voided': {
    driver: '煤票已作废',
    operator: '票 {number} 已作废',
    regulator: '使用已作废煤票 {number}',
  },
  'ticket-used': {
    driver: '煤票已使用',
    operator: '票 {number} 已使用过:{usedAt}',
    regulator: '重复使用煤票 {number},前次:{usedAt}',
  },
  'ticket-seal-broken': {
    driver: '煤票无效',
    operator: '票 {number} 的签名不正确,勿放行',
    regulator: '煤票 {number} 签名校验失败',
  },
  'ticket-other-site': {
    driver: '煤票不属于本站',
    operator: '票 {number} 的装车站点为 {ticketSite},不是 {site}',
    regulator: '异站用票:{number} 属 {ticketSite},在 {site} 出示',
  },
  'planned-over-payload': {
    driver: '计划装载超限',
    operator: '计划净重 {plannedNetKg:t} 吨超过合法载重 {payloadKg:t} 吨',
    regulator: '计划净重 {plannedNetKg:t} 吨,{axles} 轴限重 {limitKg:t} 吨减整备质量 {kerbKg:t} 吨({kerbFrom})仅余 {payloadKg:t} 吨',
  },
  'vehicle-has-open-ticket': {
    driver: '本车另有未用煤票',
    operator: '{plate} 另有未使用的票 {number}',
    regulator: '{plate} 同时持有另一张在用煤票 {number}',
  },
  'carrier-unknown': {
    driver: '承运企业未登记',
    operator: '承运企业 {carrier} 未登记',
    regulator: '承运企业 {carrier} 不在名录',
  },
  'vehicle-unknown': {
    driver: '车辆未登记',
    operator: '{plate} 未在车辆名录登记',
    regulator: '{plate} 不在车辆名录',
  },
  'vehicle-not-for-coal': {
    driver: '本车不能运煤',
    operator: '{plate} 登记为{what},不能开煤票',
    regulator: '为非运煤车辆开票:{plate},登记为{what}',
  },
  'vehicle-suspended': {
    driver: '车辆已暂停资格',
    operator: '{plate} 已被暂停运煤资格',
    regulator: '{plate} 处于暂停状态',
  },
  'validity-wrong': {
    driver: '有效期不正确',
    operator: '有效期 {validFrom:time} 至 {validUntil:time} 不正确(不得已过期,不得超过 72 小时)',
    regulator: '煤票有效期异常:{validFrom:time} 至 {validUntil:time}',
  },
  'over-legal-limit': {
    driver: '超载 {overKg:t} 吨,请卸载',
    operator: '总重 {weightKg:t} 吨,限重 {limitKg:t} 吨,超 {overKg:t} 吨;请到卸载区卸载后重新过磅',
    regulator: '超限:{axles} 轴({axlesFrom}),总重 {weightKg:t} 吨,限值 {limitKg:t} 吨,超 {overKg:t} 吨',
  },
  'axles-unknown': {
    driver: '轴数未登记',
    operator: '轴数未登记,按最严限值 {limitKg:t} 吨核对',
    regulator: '轴数未知,按最严限值 {limitKg:t} 吨判定',
  },
  'net-over-planned': {
    driver: '装载多于煤票',
    operator: '净重 {netKg:t} 吨,票面 {plannedNetKg:t} 吨,允差 {toleranceKg} 公斤',
    regulator: '大载小票:净重 {netKg:t} 吨,票面 {plannedNetKg:t} 吨,允差 {toleranceKg} 公斤',
  },
  'net-under-planned': {
    driver: '装载少于煤票',
    operator: '净重 {netKg:t} 吨,少于票面 {plannedNetKg:t} 吨,允差 {toleranceKg} 公斤',
    regulator: '净重 {netKg:t} 吨低于票面 {plannedNetKg:t} 吨(允差 {toleranceKg} 公斤)',
  },
  'gross-below-tare': {
    driver: '重量异常,请等待',
    operator: '重车 {weightKg:t} 吨轻于皮重 {tareKg:t} 吨(允差 {toleranceKg} 公斤)',
    regulator: '毛重 {weightKg:t} 吨低于皮重 {tareKg:t} 吨,允差 {toleranceKg} 公斤',
  },
  'tare-stale': {
    driver: '皮重过期,请重新称皮',
    operator: '皮重称于 {tareAt:time},超过 {limitHours} 小时',
    regulator: '皮重时效超 {limitHours} 小时,称于 {tareAt:time}',
  },
  'tare-implausible': {
    driver: '空车重量异常',
    operator: '空磅 {weightKg:t} 吨,限重 {limitKg:t} 吨,票面 {plannedNetKg:t} 吨:超过限重一半,或余量装不下票面的一半,疑似带载称皮',
    regulator: '疑似带载称皮:空磅 {weightKg:t} 吨,限值 {limitKg:t} 吨,票面 {plannedNetKg:t} 吨',
  },
  'empty-exit': {
    driver: '空车驶出',
    operator: '重量 {weightKg:t} 吨与皮重 {tareKg:t} 吨相符(允差 {toleranceKg} 公斤),空车驶出,煤票保留',
    regulator: '空车驶出:{weightKg:t} 吨,皮重 {tareKg:t} 吨,允差 {toleranceKg} 公斤',
  },
  'non-cargo-over-cap': {
    driver: '车辆超重,请等待',
    operator: '{plate} 为非煤车辆,{weightKg:t} 吨超过核定上限 {capKg:t} 吨',
    regulator: '非煤通行超上限:{plate},{weightKg:t} 吨,上限 {capKg:t} 吨',
  },
  'below-minimum-load': {
    driver: '重量过小',
    operator: '{weightKg} 公斤低于最小秤量 {minKg} 公斤',
    regulator: '低于最小秤量:{weightKg} 公斤,Min {minKg} 公斤',
  },
  'above-scale-capacity': {
    driver: '超过地磅量程',
    operator: '{weightKg:t} 吨超过最大秤量 {maxKg:t} 吨',
    regulator: '超最大秤量:{weightKg:t} 吨,Max {maxKg:t} 吨',
  },
  'scale-certificate-expired': {
    driver: '地磅检定过期',
    operator: '检定证书 {certificate} 已于 {until:time} 到期',
    regulator: '衡器检定过期:{certificate},有效至 {until:time}',
  },
  'zero-off': {
    driver: '地磅未归零',
    operator: '上磅前零点 {zeroKg} 公斤,允许 ±{bandKg} 公斤;请清扫台面并置零',
    regulator: '零点异常:{zeroKg} 公斤,允许 ±{bandKg} 公斤',
  },
  'policy-stale': {
    driver: '系统离线运行',
    operator: '策略已 {hours} 小时未经平台确认',
    regulator: '策略 {hours} 小时未确认',
  },
  'policy-over-age': {
    driver: '请等待司磅员',
    operator: '策略已 {hours} 小时未经平台确认,须人工放行',
    regulator: '策略 {hours} 小时未确认,磅道转为有人值守',
  },
  'clock-untrusted': {
    driver: '系统时间异常',
    operator: '本机时钟不可信({clock}),请检查校时',
    regulator: '时钟不可信({clock})',
  },
  'never-settled': {
    driver: '重量不稳,请停稳熄火',
    operator: '{seconds} 秒内重量未稳定',
    regulator: '{seconds} 秒内未取得稳定重量',
  },
  'scale-silent': {
    driver: '地磅故障,请等待',
    operator: '仪表自 {since:time} 起无数据',
    regulator: '称重仪表自 {since:time} 起无数据',
  },
  'plate-colour-other': {
    driver: '车牌颜色请核对',
    operator: '{seen} 识别为{colour},票面登记{ticketColour}',
    regulator: '车牌颜色不符:识别{colour},登记{ticketColour}({seen})',
  },
  'product-not-here': {
    driver: '煤种与磅道不符',
    operator: '票 {number} 的产品 {product} 不在本磅道 {lane} 装运范围',
    regulator: '票面产品 {product} 不属磅道 {lane} 的装运范围,票号 {number}',
  },
  'quota-exceeded': {
    driver: '本月配额已满',
    operator: '本月已运 {usedKg:t} 吨,加本车 {netKg:t} 吨超过配额 {limitKg:t} 吨',
    regulator: '配额超用:已运 {usedKg:t} 吨,本车 {netKg:t} 吨,配额 {limitKg:t} 吨',
  },
  'tare-missing': {
    driver: '没有空磅,请先过空磅',
    operator: '{plate} 没有可用皮重,请先过空磅',
    regulator: '{plate} 无有效皮重即过重磅,{weightKg:t} 吨',
  },
  'tare-other-site': {
    driver: '皮重取自他站',
    operator: '皮重取自 {tareSite}({tareAt:time})',
    regulator: '使用 {tareSite} 站 {tareAt:time} 的皮重,该秤认可:{approved}',
  },
  'tare-off-history': {
    driver: '皮重与往常不符,请等待',
    operator: '本次皮重 {weightKg:t} 吨,该车往常 {usualKg:t} 吨({group},{weighings} 次,允差 {bandKg} 公斤):请查水箱、备胎、车厢',
    regulator: '皮重异常:{weightKg:t} 吨,历史 {usualKg:t} 吨({group},{weighings} 次),允差 {bandKg} 公斤',
  },
  'pair-unknown': {
    driver: '车挂组合未登记',
    operator: '{plate} 与 {trailer} 首次组合,须以本次空磅为准',
    regulator: '首次出现的车挂组合:{plate} + {trailer}',
  },
  'pair-changed': {
    driver: '挂车与空磅时不同',
    operator: '空磅时挂车 {before},现在为 {trailer}:皮重无效,请重过空磅',
    regulator: '空重磅之间更换挂车:{before} 变为 {trailer}',
  },
  'wrong-lane': {
    driver: '走错磅道',
    operator: '本磅道 {lane} 只供{serves},本车 {weightKg:t} 吨',
    regulator: '车辆在{serves}专用磅道 {lane} 过磅,{weightKg:t} 吨',
  },
  'position-unproved': {
    driver: '请停在台面中间',
    operator: '本磅道 {lane} 两端光栅不齐,无法证明车辆完全上磅',
    regulator: '磅道 {lane} 两端光栅不齐,上磅位置未经证明',
  },
  'passage-unproved': {
    driver: '请按信号灯行驶',
    operator: '本磅道 {lane} 出口没有地感,驶出只能由重量推断',
    regulator: '磅道 {lane} 出口无传感器,驶出由重量推断',
  },
  'lane-attended': {
    driver: '人工值守,请等待',
    operator: '磅道自 {since:time} 起人工值守({reason}),请核对后放行',
    regulator: '磅道人工值守,自 {since:time},原因 {reason}',
  },
  'weight-untrusted': {
    driver: '仪表需回零,请下磅',
    operator: '仪表在车辆压秤时{reason},自 {since:time} 起重量不可信,须先见到空秤零点',
    regulator: '车在秤上时仪表{reason}({since:time}),重量不可信',
  },
  'remote-control': {
    driver: '检测到遥控信号',
    operator: '自 {since:time} 起检测到秤旁遥控信号,停止称重,请查接线盒',
    regulator: '秤旁遥控信号,自 {since:time}',
  },
  'weight-step': {
    driver: '重量异常,请等待',
    operator: '停稳后重量突变 {stepKg} 公斤(界限 {leastKg} 公斤),请查遥控和线缆',
    regulator: '静止期间重量突变 {stepKg} 公斤(界限 {leastKg}),称前 {atMs} 毫秒',
  },
  'curve-smooth': {
    driver: '重量异常,请等待',
    operator: '曲线过于平滑:上磅过程波动 {noiseKg} 公斤,通常不小于 {usualKg} 公斤',
    regulator: '曲线过于平滑:{readings} 个读数波动 {noiseKg} 公斤,通常不小于 {usualKg} 公斤',
  },
  'curve-shape': {
    driver: '重量异常,请等待',
    operator: '上磅曲线形状不像车辆轴重({form}),偏差 {overKg} 公斤(界限 {leastKg})',
    regulator: '上磅曲线形状异常({form}):偏差 {overKg} 公斤,界限 {leastKg} 公斤',
  },
  'zero-not-returned': {
    driver: '零点异常',
    operator: '车辆离开后零点 {afterKg} 公斤,上磅前 {beforeKg} 公斤(界限 {bandKg}):请清台并查遥控',
    regulator: '零点未返回:前 {beforeKg},后 {afterKg} 公斤,界限 {bandKg}',
  },
  'zero-drifting': {
    driver: '零点漂移,请等待',
    operator: '零点 {hours} 小时内漂移到 {zeroKg} 公斤(界限 {bandKg}),请清台后置零',
    regulator: '零点漂移:{hours} 小时内 {zeroKg} 公斤,界限 {bandKg}',
  },
  'half-on': {
    driver: '未完全上磅',
    operator: '车辆未完全在台面上({why}),重量 {weightKg:t} 吨无效',
    regulator: '车辆未完全上磅({why}),{weightKg:t} 吨',
  },
  'two-trucks': {
    driver: '台面上有两辆车',
    operator: '台面上不止一辆车({why}),请让后车退出',
    regulator: '两车同磅({why}),{weightKg:t} 吨',
  },
  'moved-while-weighing': {
    driver: '称重时车辆移动',
    operator: '称重期间车辆移动,重量变化 {movedKg} 公斤(界限 {leastKg}),请重新称重',
    regulator: '称重期间移动:变化 {movedKg} 公斤,界限 {leastKg}',
  },
  'weighed-until-fits': {
    driver: '多次过磅,请等待',
    operator: '{within} 分钟内反复过磅 {times} 次,重量相差 {spreadKg} 公斤,请核实',
    regulator: '反复过磅 {times} 次({within} 分钟),相差 {spreadKg} 公斤',
  },
  'sensor-stuck': {
    driver: '传感器故障,请等待',
    operator: '{sensor} 连续 {visits} 次过车没有变化,请检查或清洁',
    regulator: '{sensor} 连续 {visits} 次过车无变化',
  },
  'sensor-masked': {
    driver: '传感器故障,请等待',
    operator: '过车时 {sensor} 未按顺序动作({forMs} 毫秒),可能被遮挡或短接',
    regulator: '过车时 {sensor} 动作异常({forMs} 毫秒)',
  },
  'camera-blind': {
    driver: '车牌请保持清洁',
    operator: '{camera} 对本车 {visits} 次中 {unread} 次读不到车牌,对其他车正常',
    regulator: '{camera} 对本车反复失明:{visits} 次中 {unread} 次',
  },
  tailgate: {
    driver: '请勿跟车',
    operator: '有车辆紧跟通过({why})',
    regulator: '跟车通过({why})',
  },
  'wrong-way': {
    driver: '请勿逆行',
    operator: '有车辆从 {side} 逆向驶入',
    regulator: '逆向驶入({side})',
  },
  'check-weighing-due': {
    driver: '今日尚未校核,请等待',
    operator: '已超过 {hours} 小时未用标准物校核(上次:{lastAt:time}),请先做日常校核',
    regulator: '日常校核逾期:周期 {hours} 小时,上次:{lastAt:time}',
  },
  'check-weighing-off': {
    driver: '地磅需校准',
    operator: '{checkedAt:time} 校核:标准 {knownKg} 公斤,示值 {shownKg} 公斤,允差 {limitKg} 公斤,请停用报修',
    regulator: '校核超差:标准 {knownKg},示值 {shownKg},允差 {limitKg} 公斤({checkedAt:time})',
  },
  'scale-seal-broken': {
    driver: '秤封签异常',
    operator: '秤封签 {seal} 于 {foundAt:time} 查为破损或不符,请报计量部门',
    regulator: '计量封签 {seal} 异常({foundAt:time})',
  },
}
