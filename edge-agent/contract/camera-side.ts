import type { Static } from 'typebox'
import { oneOf } from './ids.ts'

/** Which end of the vehicle a camera looks at. */
export const CameraSideSchema = oneOf(['front', 'rear'])
export type CameraSide = Static<typeof CameraSideSchema>
