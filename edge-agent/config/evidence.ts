import Type, { type Static } from 'typebox'
import { EVIDENCE_DEFAULTS } from '../store/evidence-room.ts'
import { strict } from './common.ts'

/** How much of tapes and photos stays at the site; what is still needed stays beyond both. */
export const EvidenceConfigSchema = Type.Object(
  {
    /** Millions of bytes. */
    mostMegabytes: Type.Optional(Type.Integer({ minimum: 200, maximum: 2_000_000 })),
    keepDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
  },
  strict,
)
export const evidenceKept = ({ mostMegabytes, keepDays }: Static<typeof EvidenceConfigSchema> = {}) => ({
  mostMegabytes: mostMegabytes ?? EVIDENCE_DEFAULTS.mostMegabytes,
  keepDays: keepDays ?? EVIDENCE_DEFAULTS.keepDays,
})
