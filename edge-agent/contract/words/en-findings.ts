import type { Words } from './words.ts'

/** Every finding to its three readers: short for the driver, what to do for the operator, the facts for the regulator. */
export const enFindings: Words['findings'] = {
  'no-plate': {
    driver: 'Plate not read, please wait',
    operator: 'No plate was read ({reads} camera messages): look at the vehicle',
    regulator: 'No plate read in {reads} camera messages',
  },
  'plate-near': {
    driver: 'Plate checked',
    operator: 'Read as {seen}; one confusable letter from {ticketPlate} on ticket {number}',
    regulator: 'Near match: read {seen}, ticket {number} says {ticketPlate}',
  },
  'plate-ambiguous': {
    driver: 'Plate unclear, please wait',
    operator: 'Read as {seen}; {fits} open tickets are as near: decide by eye',
    regulator: 'Read {seen} is near {fits} open tickets; none was matched',
  },
  'plate-changed': {
    driver: 'Plate changed',
    operator: 'Weighed empty as {before}, now {seen}: check the vehicle',
    regulator: 'Plate changed from {before} to {seen} between tare and gross',
  },
  'fake-plate': {
    driver: 'Plate refused',
    operator: 'The camera suspects that {seen} is not a real plate',
    regulator: 'Suspected false plate {seen}',
  },
  'two-plates': {
    driver: 'Two plates seen, please wait',
    operator: '{plate} was read, and {other} as well: check both ends of the vehicle',
    regulator: 'Two plates within one weighing: {plate} and {other}',
  },
  'tag-other-truck': {
    driver: 'Tag of another vehicle',
    operator: 'Tag {tag} is registered for {tagPlate}, the plate read is {seen}: check the vehicle',
    regulator: 'Tag {tag} belongs to {tagPlate}, plate read {seen}',
  },
  'no-ticket': {
    driver: 'No ticket, reverse off',
    operator: '{plate} has no usable ticket at this site',
    regulator: 'Vehicle without ticket: {plate}',
  },
  'ticket-other-truck': {
    driver: 'Ticket is for another truck',
    operator: 'Ticket {number} was shown; it belongs to {ticketPlate}, this is {seen}',
    regulator: "Another truck's ticket: {number} belongs to {ticketPlate}, shown by {seen}",
  },
  'ticket-unknown': {
    driver: 'Ticket not valid',
    operator: "Ticket {number} is not in this site's book",
    regulator: "A ticket outside this site's book was shown: {number}",
  },
  'ticket-not-yet-valid': {
    driver: 'Ticket not yet valid',
    operator: 'Ticket {number} is valid from {validFrom:time}',
    regulator: 'Ticket {number} used before {validFrom:time}',
  },
  'ticket-expired': {
    driver: 'Ticket expired',
    operator: 'Ticket {number} expired at {validUntil:time}',
    regulator: 'Expired ticket {number}, valid until {validUntil:time}',
  },
  'ticket-voided': {
    driver: 'Ticket voided',
    operator: 'Ticket {number} has been voided',
    regulator: 'Voided ticket used: {number}',
  },
  'ticket-used': {
    driver: 'Ticket already used',
    operator: 'Ticket {number} was already used: {usedAt}',
    regulator: 'Ticket {number} used again; first use: {usedAt}',
  },
  'ticket-seal-broken': {
    driver: 'Ticket not valid',
    operator: 'The signature of ticket {number} is wrong: do not release',
    regulator: 'Signature check failed for ticket {number}',
  },
  'ticket-other-site': {
    driver: 'Ticket is for another site',
    operator: 'Ticket {number} is for {ticketSite}, not {site}',
    regulator: 'Ticket {number} of {ticketSite} shown at {site}',
  },
  'planned-over-payload': {
    driver: 'Planned load too heavy',
    operator: 'Planned {plannedNetKg:t} t is more than the legal payload of {payloadKg:t} t',
    regulator:
      'Planned {plannedNetKg:t} t; {axles} axles, limit {limitKg:t} t less kerb weight {kerbKg:t} t ({kerbFrom}) leaves {payloadKg:t} t',
  },
  'vehicle-has-open-ticket': {
    driver: 'Another ticket is open',
    operator: '{plate} still has open ticket {number}',
    regulator: '{plate} holds another open ticket {number}',
  },
  'carrier-unknown': {
    driver: 'Carrier not registered',
    operator: 'Carrier {carrier} is not registered',
    regulator: 'Carrier {carrier} is in no register',
  },
  'vehicle-unknown': {
    driver: 'Vehicle not registered',
    operator: '{plate} is not in the vehicle register',
    regulator: '{plate} is in no vehicle register',
  },
  'vehicle-not-for-coal': {
    driver: 'Vehicle may not carry coal',
    operator: '{plate} is registered as {what}: no coal ticket',
    regulator: 'Ticket asked for a vehicle that carries no coal: {plate}, {what}',
  },
  'vehicle-suspended': {
    driver: 'Vehicle suspended',
    operator: '{plate} is suspended',
    regulator: '{plate} is suspended',
  },
  'validity-wrong': {
    driver: 'Validity is wrong',
    operator: 'Validity {validFrom:time} to {validUntil:time} is wrong (must end in the future and last 72 hours at most)',
    regulator: 'Implausible validity {validFrom:time} to {validUntil:time}',
  },
  'over-legal-limit': {
    driver: 'Overloaded by {overKg:t} t, unload',
    operator: 'Gross {weightKg:t} t, limit {limitKg:t} t, {overKg:t} t over: unload in the unloading area and weigh again',
    regulator: 'Over the legal limit: {axles} axles ({axlesFrom}), {weightKg:t} t, limit {limitKg:t} t, {overKg:t} t over',
  },
  'axles-unknown': {
    driver: 'Axles not registered',
    operator: 'Axle count not registered: the strictest limit, {limitKg:t} t, is used',
    regulator: 'Axle count unknown; judged by the strictest limit, {limitKg:t} t',
  },
  'net-over-planned': {
    driver: 'More load than the ticket',
    operator: 'Net {netKg:t} t, ticket {plannedNetKg:t} t, tolerance {toleranceKg} kg',
    regulator: 'Big load on a small ticket: net {netKg:t} t, planned {plannedNetKg:t} t, tolerance {toleranceKg} kg',
  },
  'net-under-planned': {
    driver: 'Less load than the ticket',
    operator: 'Net {netKg:t} t is below the planned {plannedNetKg:t} t, tolerance {toleranceKg} kg',
    regulator: 'Net {netKg:t} t below planned {plannedNetKg:t} t (tolerance {toleranceKg} kg)',
  },
  'gross-below-tare': {
    driver: 'Weight implausible, please wait',
    operator: 'Gross {weightKg:t} t is below tare {tareKg:t} t (tolerance {toleranceKg} kg)',
    regulator: 'Gross {weightKg:t} t below tare {tareKg:t} t, tolerance {toleranceKg} kg',
  },
  'tare-stale': {
    driver: 'Tare too old, weigh empty again',
    operator: 'Tare was weighed {tareAt:time}, more than {limitHours} hours ago',
    regulator: 'Tare older than {limitHours} hours, weighed {tareAt:time}',
  },
  'tare-implausible': {
    driver: 'Empty weight implausible',
    operator:
      'Tare {weightKg:t} t, limit {limitKg:t} t, planned {plannedNetKg:t} t: over half of the limit, or no room for half of the plan. Is it loaded?',
    regulator: 'Probably weighed as empty with a load on: {weightKg:t} t, limit {limitKg:t} t, planned {plannedNetKg:t} t',
  },
  'empty-exit': {
    driver: 'Empty exit',
    operator: '{weightKg:t} t agrees with tare {tareKg:t} t (tolerance {toleranceKg} kg): leaves empty, the ticket stays',
    regulator: 'Empty exit: {weightKg:t} t, tare {tareKg:t} t, tolerance {toleranceKg} kg',
  },
  'non-cargo-over-cap': {
    driver: 'Too heavy, please wait',
    operator: '{plate} carries no coal; {weightKg:t} t is over its cap of {capKg:t} t',
    regulator: 'Non-cargo pass over cap: {plate}, {weightKg:t} t, cap {capKg:t} t',
  },
  'below-minimum-load': {
    driver: 'Weight too small',
    operator: "{weightKg} kg is below the scale's Min of {minKg} kg",
    regulator: 'Below Min: {weightKg} kg, Min {minKg} kg',
  },
  'above-scale-capacity': {
    driver: 'Too heavy for the scale',
    operator: "{weightKg:t} t is above the scale's Max of {maxKg:t} t",
    regulator: 'Above Max: {weightKg:t} t, Max {maxKg:t} t',
  },
  'scale-certificate-expired': {
    driver: 'Scale certificate expired',
    operator: 'Certificate {certificate} ended {until:time}',
    regulator: 'Scale certificate {certificate} expired {until:time}',
  },
  'zero-off': {
    driver: 'Scale not at zero',
    operator: 'Zero before the vehicle {zeroKg} kg, allowed ±{bandKg} kg: sweep the platform and set zero',
    regulator: 'Zero off: {zeroKg} kg, allowed ±{bandKg} kg',
  },
  'policy-stale': {
    driver: 'Working offline',
    operator: 'The policy has not been confirmed for {hours} hours',
    regulator: 'Policy unconfirmed for {hours} hours',
  },
  'policy-over-age': {
    driver: 'Please wait for the operator',
    operator: 'The policy has not been confirmed for {hours} hours: a person must decide',
    regulator: 'Policy unconfirmed for {hours} hours; the lane is attended',
  },
  'clock-untrusted': {
    driver: 'Clock problem',
    operator: "This computer's clock cannot be trusted ({clock}): check its time source",
    regulator: 'Clock not trusted ({clock})',
  },
  'never-settled': {
    driver: 'Weight not steady, stop the engine',
    operator: 'No steady weight within {seconds} s',
    regulator: 'No steady weight within {seconds} s',
  },
  'scale-silent': {
    driver: 'Scale fault, please wait',
    operator: 'The indicator has been silent since {since:time}',
    regulator: 'Indicator silent since {since:time}',
  },
  'plate-colour-other': {
    driver: 'Plate colour is checked',
    operator: '{seen} was read as {colour}, the ticket says {ticketColour}',
    regulator: 'Plate colour differs: read {colour}, registered {ticketColour} ({seen})',
  },
  'product-not-here': {
    driver: 'Wrong product here',
    operator: 'Ticket {number} is for {product}, which lane {lane} does not load',
    regulator: 'Product {product} of ticket {number} is not loaded at lane {lane}',
  },
  'quota-exceeded': {
    driver: "This month's quota is used up",
    operator: '{usedKg:t} t released this month; with {netKg:t} t more the quota of {limitKg:t} t is exceeded',
    regulator: 'Quota exceeded: {usedKg:t} t and {netKg:t} t against {limitKg:t} t',
  },
  'tare-missing': {
    driver: 'No tare: weigh empty first',
    operator: '{plate} has no tare that counts: weigh it empty first',
    regulator: '{plate} came loaded without a tare, {weightKg:t} t',
  },
  'tare-other-site': {
    driver: 'Tare taken elsewhere',
    operator: 'The tare was taken at {tareSite}, {tareAt:time}',
    regulator: 'Tare of {tareSite} at {tareAt:time} used; that scale approved: {approved}',
  },
  'tare-off-history': {
    driver: 'Tare is not as usual, please wait',
    operator:
      'Tare {weightKg:t} t, this truck usually {usualKg:t} t ({group}, {weighings} times, band {bandKg} kg): look at tanks and body',
    regulator: 'Tare anomaly: {weightKg:t} t against {usualKg:t} t ({group}) in {weighings} weighings, band {bandKg} kg',
  },
  'pair-unknown': {
    driver: 'New tractor and trailer',
    operator: '{plate} with {trailer} has never been weighed together: only a fresh tare counts',
    regulator: 'Unknown pair {plate} and {trailer}',
  },
  'pair-changed': {
    driver: 'Another trailer than at tare',
    operator: 'Weighed empty with trailer {before}, now {trailer}: weigh it empty again',
    regulator: 'Trailer changed between tare and gross: {before} to {trailer}',
  },
  'wrong-lane': {
    driver: 'Wrong lane',
    operator: 'Lane {lane} is for {serves} only; this vehicle has {weightKg:t} t',
    regulator: '{weightKg:t} t on lane {lane}, which is for {serves} only',
  },
  'position-unproved': {
    driver: 'Stop in the middle',
    operator: 'Lane {lane} has not light barriers at both ends: nothing proves that the vehicle stands wholly on',
    regulator: 'Position unproved: lane {lane} has not light barriers at both ends',
  },
  'passage-unproved': {
    driver: 'Mind the light',
    operator: 'Lane {lane} has no sensor at its exit: leaving is inferred from the weight',
    regulator: 'Passage inferred from weight: lane {lane} has no exit sensor',
  },
  'lane-attended': {
    driver: 'Attended, please wait',
    operator: 'The lane has been attended since {since:time} ({reason}): check and release',
    regulator: 'Lane attended since {since:time}, {reason}',
  },
  'weight-untrusted': {
    driver: 'Scale must see zero, please back off',
    operator: 'The indicator was {reason} with a vehicle on the platform at {since:time}: no weight counts until an empty zero is seen',
    regulator: 'Indicator {reason} under a vehicle at {since:time}: weight untrusted',
  },
  'remote-control': {
    driver: 'Remote control detected',
    operator: 'A remote control has been heard at the load cells since {since:time}: weighing stops, look into the junction box',
    regulator: 'Remote control signal at the scale since {since:time}',
  },
  'weight-step': {
    driver: 'Odd weight, please wait',
    operator: 'The weight stepped by {stepKg} kg while the truck stood (limit {leastKg} kg): look for a remote control',
    regulator: 'Step of {stepKg} kg while at rest (limit {leastKg} kg), {atMs} ms before the weighing',
  },
  'curve-smooth': {
    driver: 'Odd weight, please wait',
    operator: 'The curve is too smooth: {noiseKg} kg of movement while driving on, usually at least {usualKg} kg',
    regulator: 'Curve too smooth: {noiseKg} kg over {readings} readings, usually at least {usualKg} kg',
  },
  'curve-shape': {
    driver: 'Odd weight, please wait',
    operator: 'The curve does not look like axles rolling on ({form}): {overKg} kg off (limit {leastKg})',
    regulator: 'Odd curve ({form}): {overKg} kg off, limit {leastKg} kg',
  },
  'zero-not-returned': {
    driver: 'Zero is off',
    operator:
      'Zero is {afterKg} kg after the vehicle, {beforeKg} kg before it (limit {bandKg}): clean the platform, look for a remote control',
    regulator: 'Zero did not return: {beforeKg} kg before, {afterKg} kg after, limit {bandKg} kg',
  },
  'zero-drifting': {
    driver: 'Zero drift, please wait',
    operator: 'Zero has drifted to {zeroKg} kg in {hours} hours (limit {bandKg}): clean the platform and set zero',
    regulator: 'Zero drift {zeroKg} kg in {hours} hours, limit {bandKg} kg',
  },
  'half-on': {
    driver: 'Not wholly on the platform',
    operator: 'The vehicle does not stand wholly on the platform ({why}); {weightKg:t} t does not count',
    regulator: 'Not wholly on the platform ({why}), {weightKg:t} t',
  },
  'two-trucks': {
    driver: 'Two vehicles on the platform',
    operator: 'More than one vehicle on the platform ({why}): let the second one back off',
    regulator: 'Two vehicles weighed together ({why}), {weightKg:t} t',
  },
  'moved-while-weighing': {
    driver: 'You moved while weighing',
    operator: 'The vehicle moved while it was weighed: {movedKg} kg (limit {leastKg}); weigh again',
    regulator: 'Moved while weighing: {movedKg} kg, limit {leastKg} kg',
  },
  'weighed-until-fits': {
    driver: 'Weighed many times, please wait',
    operator: 'Weighed {times} times in {within} minutes with {spreadKg} kg of difference: find out why',
    regulator: 'Weighed {times} times in {within} minutes, {spreadKg} kg apart',
  },
  'sensor-stuck': {
    driver: 'Sensor fault, please wait',
    operator: '{sensor} has not changed over {visits} vehicles: check or clean it',
    regulator: '{sensor} unchanged over {visits} vehicles',
  },
  'sensor-masked': {
    driver: 'Sensor fault, please wait',
    operator: '{sensor} did not act in its turn for this vehicle ({forMs} ms): masked or bridged?',
    regulator: '{sensor} out of turn for this vehicle ({forMs} ms)',
  },
  'camera-blind': {
    driver: 'Please keep your plate clean',
    operator: '{camera} failed to read this truck {unread} times in {visits}, and reads others well',
    regulator: '{camera} blind for this truck: {unread} of {visits}',
  },
  tailgate: {
    driver: 'No tailgating',
    operator: 'A vehicle followed through on the same release ({why})',
    regulator: 'Tailgating ({why})',
  },
  'wrong-way': {
    driver: 'Wrong way',
    operator: 'A vehicle came in the wrong way at the {side}',
    regulator: 'Wrong way at the {side}',
  },
  'check-weighing-due': {
    driver: 'Daily check is due, please wait',
    operator: 'No check with a known weight for more than {hours} hours (last: {lastAt:time}): make one first',
    regulator: 'Check weighing overdue: every {hours} hours, last: {lastAt:time}',
  },
  'check-weighing-off': {
    driver: 'Scale must be adjusted',
    operator: 'Check of {checkedAt:time}: {knownKg} kg showed {shownKg} kg (limit {limitKg}): call the repairer',
    regulator: 'Check weighing off: {knownKg} kg showed {shownKg} kg, limit {limitKg} kg, {checkedAt:time}',
  },
  'scale-seal-broken': {
    driver: 'Scale seal broken',
    operator: 'Seal {seal} of the scale was found broken or changed at {foundAt:time}: tell the metrology office',
    regulator: 'Metrology seal {seal} broken or changed, {foundAt:time}',
  },
}
