import Type from 'typebox'
import { strict } from './common.ts'

/** The lane's times and bands; what is left out has the defaults of DOMAIN section 6. */
export const RulesSchema = Type.Object(
  {
    vehicleFromKg: Type.Optional(Type.Integer({ minimum: 100 })),
    emptyBelowKg: Type.Optional(Type.Integer({ minimum: 1 })),
    emptyForSeconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 60 })),
    settleBandKg: Type.Optional(Type.Integer({ minimum: 1 })),
    settleForSeconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 30 })),
    settleReadings: Type.Optional(Type.Integer({ minimum: 2, maximum: 100 })),
    settleWithinSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 600 })),
    positionedForSeconds: Type.Optional(Type.Number({ minimum: 0.2, maximum: 30 })),
    clearForSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 30 })),
    boardWithinSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 600 })),
    leaveWithinSeconds: Type.Optional(Type.Number({ minimum: 5, maximum: 1_200 })),
    repeatWithinSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 600 })),
    gatePulseMilliseconds: Type.Optional(Type.Integer({ minimum: 100, maximum: 5_000 })),
    zeroBandKg: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  strict,
)
