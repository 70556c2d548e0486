import { bilanciaiCb, bilanciaiExt } from './bilanciai.ts'
import { cardinalSb200, cardinalSb400, ricelakeCardinalStream } from './cardinal.ts'
import { cas10, cas22 } from './cas.ts'
import { diniAf, diniStandard } from './dini.ts'
import { eqReversedTrailing, keliXk3118t1Reversed } from './eq-trailing.ts'
import { keliXk3118t1Ascii } from './keli-xk3118t1-ascii.ts'
import { mtSics } from './mt-sics.ts'
import type { ScaleDialect } from './reading.ts'
import { ricelakeRlws } from './ricelake-rlws.ts'
import { ob350Fmt3, rinstrumFmt1, rinstrumFmt2, rinstrumFmt3, rinstrumFmt4, rinstrumFmt5, rinstrumFmt6 } from './rinstrum.ts'
import { sma } from './sma.ts'
import { excell21, stgs18 } from './stgs.ts'
import { textLayout } from './text-layout.ts'
import { df1500, weightronixStream } from './western-streams.ts'
import { yaohuaA12eWg } from './yaohua-a12e.ts'
import { yaohuaEqForward, yaohuaEqReversed } from './yaohua-eq.ts'
import { yaohuaWw } from './yaohua-ww.ts'

/** The dialects that are printable characters in a row. */
export const TEXT_DIALECTS: readonly ScaleDialect[] = [
  yaohuaEqReversed,
  yaohuaEqForward,
  eqReversedTrailing,
  yaohuaA12eWg,
  yaohuaWw,
  keliXk3118t1Ascii,
  keliXk3118t1Reversed,
  mtSics,
  stgs18,
  excell21,
  cas22,
  cas10,
  diniStandard,
  diniAf,
  sma,
  ricelakeRlws,
  ricelakeCardinalStream,
  cardinalSb400,
  cardinalSb200,
  weightronixStream,
  df1500,
  rinstrumFmt1,
  rinstrumFmt2,
  rinstrumFmt3,
  rinstrumFmt4,
  rinstrumFmt5,
  rinstrumFmt6,
  ob350Fmt3,
  bilanciaiCb,
  bilanciaiExt,
  textLayout,
]
