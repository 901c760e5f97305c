// SPDX-License-Identifier: ISC
/*
 * tap - claims, and what came of them as TAP.
 *
 * A test file makes claims, each a sentence and what shows it, and ends with
 * run().  A claim fails by throwing; one that returns a string is skipped, and
 * the string says why.
 */

const claims = [];

export function claim(sentence, show) {
	claims.push({ sentence, show });
}

async function outcome({ show }) {
	try {
		const skip = await show();
		return { good: true, note: typeof skip === "string" ? ` # SKIP ${skip}` : "" };
	} catch (error) {
		for (const line of String(error?.stack ?? error).split("\n"))
			console.log(`# ${line}`);
		return { good: false, note: "" };
	}
}

/* Show all claims one after the other, do `after` in any case, and exit.
 * ECSEARCH_CLAIM chooses those whose sentence has it, when one is worked on. */
export async function run(after = async () => {}) {
	const wanted = claims.filter((c) => c.sentence.includes(process.env.ECSEARCH_CLAIM ?? ""));
	let failed = 0;

	console.log(`1..${wanted.length}`);
	for (const [index, each] of wanted.entries()) {
		const { good, note } = await outcome(each);
		failed += !good;
		console.log(`${good ? "ok" : "not ok"} ${index + 1} - ${each.sentence}${note}`);
	}
	try {
		await after();
	} catch (error) {
		failed++;
		console.log(`Bail out! ${error?.message ?? error}`);
	}
	process.exit(failed ? 1 : 0);
}

/* A file whose claims all need what is not there says so once. */
export function skipAll(reason) {
	console.log(`1..0 # SKIP ${reason}`);
	process.exit(0);
}
