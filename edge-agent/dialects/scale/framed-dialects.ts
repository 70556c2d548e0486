import { bcdFf } from './bcd-ff.ts'
import { dingsong } from './dingsong-ds822.ts'
import { flintecBsi } from './flintec-bsi.ts'
import { gmCont } from './gm-cont.ts'
import { gmRsp1 } from './gm-rsp1.ts'
import { keliCmd } from './keli-xk3118t1-cmd.ts'
import { laumasAscii } from './laumas-ascii.ts'
import { laumasDisplay } from './laumas-display.ts'
import { mtContinuous } from './mt-continuous.ts'
import type { ScaleDialect } from './reading.ts'
import { yaohuaCmd } from './yaohua-cmd.ts'

/** The dialects whose frames have a start byte, a check or a length of their own, each written by hand. */
export const FRAMED_DIALECTS: readonly ScaleDialect[] = [
  yaohuaCmd,
  mtContinuous,
  keliCmd,
  dingsong,
  gmCont,
  gmRsp1,
  laumasDisplay,
  laumasAscii,
  flintecBsi,
  bcdFf,
]
