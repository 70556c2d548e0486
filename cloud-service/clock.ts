import { type Clock, scaledClock } from "#edge/clock";

/** The computer's own clock: the cloud always runs at the world's speed, whatever a demo site does. */
export const trueClock = (): Clock =>
	scaledClock({
		wall: () => Date.now(),
		steady: () => performance.now(),
		startTimer: (realMilliseconds, then) => {
			const timer = setTimeout(then, realMilliseconds);
			return () => clearTimeout(timer);
		},
	});
