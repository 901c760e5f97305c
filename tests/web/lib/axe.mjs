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

const SHOWN = 2; /* places of one violation that are told */

function told({ id, impact, nodes }) {
	const places = nodes.slice(0, SHOWN).map((node) =>
	    `${id} (${impact}): ${node.target.join(" ")}: ${node.html.slice(0, 160)}\n` +
	    `    ${node.failureSummary.replace(/\s+/g, " ")}`);
	return nodes.length > SHOWN ? [...places, `${id}: at ${nodes.length - SHOWN} more places`] : places;
}

/*
 * Violations, each told in a line or two; `rules` names the only ones to ask,
 * `without` those left out.
 */
export async function violations(page, { include, rules, without = [] } = {}) {
	source ??= readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
	if (!await page.evaluate(() => "axe" in window))
		await page.evaluate(source);
	const settings = {
		runOnly: rules ?? TAGS, resultTypes: ["violations"],
		rules: Object.fromEntries(without.map((id) => [id, { enabled: false }])),
	};
	const found = await page.evaluate(([what, how]) => window.axe.run(what ?? document, how), [include, settings]);
	return found.violations.flatMap(told);
}

/* Throws with all of them when there are any. */
export async function expectAccessible(page, settings) {
	const found = await violations(page, settings);
	if (found.length)
		throw new Error(`axe finds at ${page.url()}:\n${found.join("\n")}`);
}
