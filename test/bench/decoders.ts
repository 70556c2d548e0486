import { setImmediate as breathe } from "node:timers/promises";
import { SCALE_DIALECTS } from "#dialects/scale/scale-dialects";

const FRAMES = 1_000_000;
const ROUNDS = 5;

export interface DecoderFigure {
	readonly dialect: string;
	/** Median of the rounds. */
	readonly framesPerSecond: number;
	/** The same decoder fed bytes in which nothing is a frame. */
	readonly garbageBytesPerSecond: number;
	readonly rounds: number;
}

const median = (values: readonly number[]): number =>
	[...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

function chunksOf(whole: Uint8Array, size: number): Uint8Array[] {
	const chunks: Uint8Array[] = [];
	for (let at = 0; at < whole.length; at += 4_096)
		chunks.push(whole.subarray(at, at + 4_096));
	return chunks;
}

/** A truck driving on and standing, over and over. */
function frames(dialect: string): Uint8Array {
	const one = (weight: number): Uint8Array =>
		SCALE_DIALECTS[dialect]?.encode({ digits: weight, decimals: 0 }) ??
		new Uint8Array(0);
	const ramp = Array.from({ length: 1_000 }, (_, i) =>
		one(Math.min(49_000, i * 60)),
	);
	const piece = Uint8Array.from(ramp.flatMap((frame) => [...frame]));
	const whole = new Uint8Array((piece.length * FRAMES) / ramp.length);
	for (let at = 0; at < whole.length; at += piece.length) whole.set(piece, at);
	return whole;
}

/** Pseudo-random bytes with a frame's own characters over-represented, so that false starts are tried and fail late. */
function garbage(length: number): Uint8Array {
	const likely = [0x02, 0x2b, 0x2d, 0x30, 0x31, 0x39, 0x03, 0xff];
	let state = 20_161_921;
	return Uint8Array.from({ length }, () => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		return likely[(state >>> 16) & 7] ?? 0;
	});
}

async function perSecond(
	dialect: string,
	chunks: readonly Uint8Array[],
	count: number,
	expected: number,
): Promise<number> {
	const rates: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const decoder = SCALE_DIALECTS[dialect]?.decoder();
		let heard = 0;
		const start = process.hrtime.bigint();
		for (const chunk of chunks)
			decoder?.push(
				chunk,
				() => heard++,
				() => {},
			);
		rates.push(count / (Number(process.hrtime.bigint() - start) / 1e9));
		if (heard !== expected)
			throw new Error(`${dialect}: ${heard} readings instead of ${expected}`);
		await breathe();
	}
	return Math.round(median(rates));
}

/** Frames per second and core of every scale dialect through `push`, every reading handed over. */
export async function benchDecoders(): Promise<{
	name: string;
	text: string;
	figures: readonly DecoderFigure[];
}> {
	const figures: DecoderFigure[] = [];
	for (const dialect of Object.keys(SCALE_DIALECTS)) {
		const framesPerSecond = await perSecond(
			dialect,
			chunksOf(frames(dialect)),
			FRAMES,
			FRAMES,
		);
		const noise = garbage(8_000_000);
		const garbageBytesPerSecond = await perSecond(
			dialect,
			chunksOf(noise, 4_096),
			noise.length,
			0,
		);
		figures.push({
			dialect,
			framesPerSecond,
			garbageBytesPerSecond,
			rounds: ROUNDS,
		});
	}
	const text = figures
		.map(
			(f) =>
				`${f.dialect}: ${(f.framesPerSecond / 1e6).toFixed(2)} million frames/s per core (${(f.framesPerSecondInPieces / 1e6).toFixed(2)} in pieces of a serial port), ${(f.garbageBytesPerSecond / 1e6).toFixed(0)} MB/s of garbage (median of ${f.rounds})`,
		)
		.join("\n");
	return { name: "decoders", text, figures };
}
