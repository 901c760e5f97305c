// SPDX-License-Identifier: ISC
/*
 * axe - what axe-core finds wrong with the page as it stands.
 *
 * Rules of WCAG 2.2 A and AA and axe's own good practice; shadow trees are
 * looked into.  The script is brought by the debugger, so the page's own
 * Content-Security-Policy stays as it is.
 */
import { readFileSync } from "node:fs";

import { require } from "./places.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

let source;

function told(violation) {
	return violation.nodes.map((node) =>
	    `${violation.id} (${violation.impact}): ${node.target.join(" ")}: ${node.html.slice(0, 200)}\n` +
	    `    ${node.failureSummary.replace(/\s+/g, " ")}`);
}

/* Violations, each told in a line or two; `without` names rules left out. */
export async function violations(page, { include, without = [] } = {}) {
	source ??= readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
	await page.evaluate(source);
	const found = await page.evaluate(([what, tags, off]) => {
		const rules = Object.fromEntries(off.map((id) => [id, { enabled: false }]));
		return window.axe.run(what ?? document, { runOnly: tags, rules, resultTypes: ["violations"] });
	}, [include, TAGS, without]);
	return found.violations.flatMap(told);
}

/* Throws with all of them when there are any. */
export async function expectAccessible(page, settings) {
	const found = await violations(page, settings);
	if (found.length)
		throw new Error(`axe finds at ${page.url()}:\n${found.join("\n")}`);
}
