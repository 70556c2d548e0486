import { expect, it } from 'vitest'
import { arriving, driverStep, type Mood, type Sees, type Temper } from '../../simulators/drivers.ts'
import { LANE_MAP } from '../../simulators/lane-map.ts'

/** What a driver does with what he sees; he knows nothing but arms, lights where there is no arm, and who comes towards him. */
const sees = (more: Partial<Sees> = {}): Sees => ({
  at: 100_000,
  entry: 'down',
  exit: 'down',
  oncoming: 'nobody',
  rolling: false,
  stop: 17.2,
  ...more,
})
const standing = (more: Partial<Extract<Mood, { is: 'standing' }>> = {}): Mood => ({
  is: 'standing',
  since: 90_000,
  entryWasDown: true,
  noticed: null,
  ...more,
})

it.each<[when: string, mood: Mood, sees: Sees, temper: Temper, is: Mood['is'], goesTo: number | null]>([
  ['the lane has just become free', arriving(99_000), sees(), 'patient', 'queueing', null],
  [
    'it has been free for a while',
    { is: 'queueing', freeSince: 94_000, since: 90_000 },
    sees(),
    'patient',
    'approaching',
    LANE_MAP.stopLine,
  ],
  ['an arm is still up', { is: 'queueing', freeSince: 94_000, since: 90_000 }, sees({ exit: 'up' }), 'patient', 'queueing', null],
  ['he has come to the line', { is: 'approaching' }, sees(), 'patient', 'at-entry', null],
  ['the entry arm is rising', { is: 'at-entry', since: 98_000 }, sees({ entry: 'moving' }), 'patient', 'at-entry', null],
  ['the entry arm is up', { is: 'at-entry', since: 98_000 }, sees({ entry: 'up' }), 'patient', 'driving-on', 17.2],
  [
    'the entry arm is up for one who will not stop',
    { is: 'at-entry', since: 98_000 },
    sees({ entry: 'up' }),
    'rolls-through',
    'leaving',
    LANE_MAP.away,
  ],
  ['nobody lifts the arm for him', { is: 'at-entry', since: 10_000 }, sees(), 'patient', 'backing-up', LANE_MAP.queue],
  ['he has backed up', { is: 'backing-up' }, sees(), 'patient', 'queueing', null],
  ['he is rolling onto the platform', { is: 'driving-on' }, sees({ rolling: true, entry: 'up' }), 'patient', 'driving-on', null],
  ['he has stopped on it', { is: 'driving-on' }, sees({ entry: 'up' }), 'patient', 'standing', null],
  [
    'the entry arm is still up behind him',
    standing({ entryWasDown: false, since: 98_000 }),
    sees({ entry: 'up' }),
    'patient',
    'standing',
    null,
  ],
  ['the exit arm has just come up', standing(), sees({ exit: 'up' }), 'patient', 'standing', null],
  ['the exit arm is up', standing({ noticed: ['exit', 98_000] }), sees({ exit: 'up' }), 'patient', 'leaving', LANE_MAP.away],
  [
    'the entry arm has come up again',
    standing({ noticed: ['held', 94_000] }),
    sees({ entry: 'up' }),
    'patient',
    'reversing',
    LANE_MAP.queue,
  ],
  ['the same to one who bolts', standing({ noticed: ['held', 94_000] }), sees({ entry: 'up' }), 'bolts', 'leaving', LANE_MAP.away],
  [
    'he was held and now the exit opens after all',
    standing({ noticed: ['held', 94_000] }),
    sees({ entry: 'up', exit: 'up' }),
    'patient',
    'standing',
    null,
  ],
  [
    'there is no arm, and the light is red',
    { is: 'at-entry', since: 98_000 },
    sees({ entry: 'red', exit: 'red' }),
    'patient',
    'at-entry',
    null,
  ],
  [
    'there is no arm, and the light is green',
    { is: 'at-entry', since: 98_000 },
    sees({ entry: 'green', exit: 'red' }),
    'patient',
    'driving-on',
    17.2,
  ],
  ['the light has turned red behind him', standing(), sees({ entry: 'red', exit: 'red' }), 'patient', 'standing', null],
  [
    'no arm bars his way back, and the exit light has been red for minutes',
    standing({ since: 100_000 - 241_000, noticed: ['held', 95_000] }),
    sees({ entry: 'red', exit: 'red' }),
    'patient',
    'reversing',
    LANE_MAP.queue,
  ],
  ['the exit light is green', standing({ noticed: ['exit', 98_000] }), sees({ exit: 'green' }), 'patient', 'leaving', LANE_MAP.away],
  [
    'one from the other end is being weighed',
    { is: 'queueing', freeSince: null, since: -30_000 },
    sees({ oncoming: 'comes' }),
    'patient',
    'queueing',
    null,
  ],
  ['the same to one who presses', arriving(99_000), sees({ oncoming: 'comes' }), 'presses', 'approaching', LANE_MAP.stopLine],
  [
    'that one is let out towards him',
    { is: 'at-entry', since: 98_000 },
    sees({ entry: 'up', oncoming: 'comes' }),
    'presses',
    'backing-up',
    LANE_MAP.queue,
  ],
  ['that one is still on its way', arriving(99_000), sees({ entry: 'up', oncoming: 'comes' }), 'presses', 'queueing', null],
  [
    'the other one waits before his own arm',
    { is: 'at-entry', since: 98_000 },
    sees({ entry: 'up', oncoming: 'waits' }),
    'patient',
    'driving-on',
    17.2,
  ],
  [
    'he is let out towards one who stands there',
    standing({ noticed: ['exit', 98_000] }),
    sees({ exit: 'up', oncoming: 'waits' }),
    'patient',
    'standing',
    null,
  ],
  ['he has left', { is: 'leaving' }, sees(), 'patient', 'out', null],
  ['he is off again by the entry', { is: 'reversing' }, sees(), 'patient', 'back', null],
])('when %s', (_when, mood, what, temper, is, goesTo) => {
  const does = driverStep(mood, what, temper)
  expect(does.mood.is).toBe(is)
  expect(does.go?.to ?? null).toBe(goesTo)
})

it('after minutes on a platform nobody lets him off, he shouts', () => {
  expect(driverStep(standing({ since: 100_000 - 241_000 }), sees(), 'patient').shouts).toBe(true)
  expect(driverStep(standing(), sees(), 'patient').shouts).toBeUndefined()
})
