// SPDX-License-Identifier: ISC
/*
 * acts - what a visitor does with each widget of InstantSearch.
 *
 * Each act is a sentence and what shows it on a stage; values are chosen from
 * what is shown, so an act holds for any members.  An act returns why it is
 * skipped when the members have nothing to show it with.
 */
import assert from "node:assert/strict";

import { nobodyHas } from "./stage.mjs";

const EU = "In the European Union";

export const ACTS = [
	["typing finds with each letter what /v1 finds, and marks it", typing],
	["values of a refinement list widen it, with counts as /v1's", refinementList],
	["a refinement list with and narrows, with counts as /v1's", refinementListAnd],
	["values of a long refinement list are found by typing", searchInRefinement],
	["a menu lets one value be chosen, and another instead", menu],
	["a hierarchical menu leads down and up again", hierarchicalMenu],
	["a numeric menu chooses a span", numericMenu],
	["a range is typed, within the bounds that are shown", rangeInput],
	["a toggle goes on and off", toggle],
	["the order is chosen", sortBy],
	["pages are turned to the last", pagination],
	["hits go on and on", infiniteHits],
	["what is chosen is shown, dropped one by one, or cleared", currentRefinements],
	["a snippet shows the words that were found, in their own writing", snippet],
	["an area narrows, and the nearest come first", geography],
	["everything chosen at once counts as /v1 does", everything],
	["Autocomplete offers what three collections have, and leads there", autocomplete],
];

function anyOf(field, values) {
	return `(${values.map((each) => `${field}:${JSON.stringify(each.value)}`).join(" OR ")})`;
}

function allOf(field, values) {
	return values.map((each) => `${field}:${JSON.stringify(each.value)}`).join(" AND ");
}

async function typing(stage) {
	await stage.open(async (page) => {
		await stage.showsAs({});
		for (const [letters, typed] of [["secur", "secur"], ["ity", "security"], [" res", "security res"]]) {
			await stage.type(letters);
			await stage.showsAs({ q: typed });
		}
		const { hits } = await stage.native({ q: "security res" });
		const marked = hits.filter((hit) => hit.highlight?.name?.includes("<mark>")).length;
		assert.equal(await page.locator("h2 a:has(.ais-Highlight-highlighted)").count(), marked);
		await page.locator("#searchbox button[type=reset]").click();
		await stage.showsAs({});
		await stage.type("qqqxqqq");
		await stage.showsAs({ q: "qqqxqqq" });
		await page.getByText("Nothing found for “qqqxqqq”").waitFor();
	});
}

async function refinementList(stage) {
	await stage.open(async () => {
		const [first, second] = await stage.offered("#country", "country");
		for (const chosen of [[first], [first, second]]) {
			await stage.choose("#country", chosen.at(-1).label);
			const filter = anyOf("country", chosen);
			await stage.showsAs({ filter });
			await stage.countsAs("#country", "country", { filter });
			await stage.countsAs("#sectors", "sectors", { filter });
			await stage.countsAs("#stakeholder", "stakeholder", { filter });
		}
		await stage.choose("#country", first.label);
		await stage.showsAs({ filter: anyOf("country", [second]) });
	});
}

async function refinementListAnd(stage) {
	const reason = await nobodyHas(stage, "working_groups");
	if (reason)
		return reason;
	await stage.open(async () => {
		const [first, second] = await stage.offered("#groups", "working_groups");
		for (const chosen of [[first], [first, second]]) {
			await stage.choose("#groups", chosen.at(-1).label);
			const filter = allOf("working_groups", chosen);
			await stage.showsAs({ filter });
			await stage.countsAs("#groups", "working_groups", { filter }, { disjunctive: false });
		}
	});
}

async function searchInRefinement(stage) {
	await stage.open(async (page) => {
		const last = (await stage.offered("#country", "country")).at(-1);
		const typed = last.label.slice(0, 3);
		await page.locator("#country input[type=search]").pressSequentially(typed, { delay: 15 });
		const native = await stage.counts("country", {}, { q: typed });
		await stage.settles(async () => {
			const shown = await stage.values("#country");
			assert.deepEqual(new Map(shown), new Map([...native].map(([label, { count }]) => [label, count])));
		});
		await page.locator("#country mark").first().waitFor();
		await stage.choose("#country", last.label);
		await stage.showsAs({ filter: anyOf("country", [last]) });
	});
}

async function menu(stage) {
	await stage.open(async () => {
		const [first, second] = await stage.offered("#stakeholder", "stakeholder");
		for (const each of [first, second]) {
			await stage.choose("#stakeholder", each.label);
			const filter = anyOf("stakeholder", [each]);
			await stage.showsAs({ filter });
			await stage.countsAs("#stakeholder", "stakeholder", { filter });
			await stage.countsAs("#country", "country", { filter });
		}
		await stage.choose("#stakeholder", second.label);
		await stage.showsAs({});
	});
}

async function hierarchicalMenu(stage) {
	const reason = await nobodyHas(stage, "topics");
	if (reason)
		return reason;
	await stage.open(async () => {
		const tree = { type: "tree" };
		const [top] = await stage.offered("#topics", "topics", tree);
		await stage.choose("#topics", top.label);
		const filter = `topics:${top.value}/*`;
		await stage.showsAs({ filter });
		await stage.countsAs("#topics", "topics", { filter }, tree);
		const all = [...(await stage.counts("topics", { filter }, tree)).values()];
		const below = all.find((each) => each.parent === top.value && each.count > 0);
		await stage.choose("#topics", below.label);
		await stage.showsAs({ filter: `topics:${below.value}/*` });
		await stage.choose("#topics", top.label);
		await stage.showsAs({});
	});
}

async function numericMenu(stage) {
	await stage.open(async () => {
		await stage.choose("#founded", "Since 2000");
		await stage.showsAs({ filter: "founded:2000.." });
		await stage.choose("#founded", "1950 to 1999");
		await stage.showsAs({ filter: "founded:1950..1999" });
		await stage.countsAs("#country", "country", { filter: "founded:1950..1999" });
		await stage.choose("#founded", "Any time");
		await stage.showsAs({});
	});
}

async function rangeInput(stage) {
	await stage.open(async (page) => {
		const { facets } = await stage.native({ per_page: 0, facets: [{ field: "founded", type: "value" }] });
		const { min, max } = facets[0].stats;
		const bound = (name) => page.locator(`#years .ais-RangeInput-input--${name}`);
		await stage.settles(async () => {
			assert.equal(await bound("min").getAttribute("placeholder"), String(min));
			assert.equal(await bound("max").getAttribute("placeholder"), String(max));
		});
		await bound("min").fill("1950");
		await bound("max").fill("1990");
		await page.locator("#years button").click();
		await stage.showsAs({ filter: "founded:1950..1990" });
	});
}

async function toggle(stage) {
	await stage.open(async (page) => {
		await page.getByText(EU).click();
		await stage.showsAs({ filter: "country_group:eu" });
		await stage.countsAs("#country", "country", { filter: "country_group:eu" });
		await page.getByText(EU).click();
		await stage.showsAs({});
	});
}

async function sortBy(stage) {
	await stage.open(async (page) => {
		for (const [label, sort] of [["Name, A to Z", "name"], ["Newest first", "-founded"],
			["Oldest first", "founded"], ["Best first", "relevance"]]) {
			await page.locator("#sort select").selectOption({ label });
			await stage.showsAs({ sort });
		}
	});
}

async function pagination(stage) {
	await stage.open(async (page) => {
		await page.locator("#pages").getByText("3", { exact: true }).click();
		await stage.showsAs({ page: 3 });
		const { total } = await stage.native({ per_page: 0 });
		const last = Math.ceil(Math.min(total.value, 1000) / 10);
		if (total.value <= 1000) {
			await page.locator("#pages .ais-Pagination-item--lastPage a").click();
			await stage.showsAs({ page: last });
		}
		await page.locator("#pages .ais-Pagination-item--firstPage a").click();
		await stage.showsAs({ page: 1 });
	});
}

async function infiniteHits(stage) {
	await stage.open(async (page) => {
		for (const pages of [1, 2, 3]) {
			const { hits } = await stage.native({ per_page: 10 * pages });
			await stage.settles(async () =>
				assert.deepEqual(await stage.ids(), hits.map((hit) => hit.id)));
			await page.getByText("Show more", { exact: true }).last().click();
		}
	}, { parameters: { hits: "endless" } });
}

async function currentRefinements(stage) {
	await stage.open(async (page) => {
		const [country] = await stage.offered("#country", "country");
		await stage.choose("#country", country.label);
		await stage.showsAs({ filter: anyOf("country", [country]) });
		await stage.countsAs("#stakeholder", "stakeholder", { filter: anyOf("country", [country]) });
		const [kind] = await stage.offered("#stakeholder", "stakeholder");
		await stage.choose("#stakeholder", kind.label);
		await stage.showsAs({ filter: `${anyOf("country", [country])} AND ${anyOf("stakeholder", [kind])}` });
		const chip = page.locator("#chosen .ais-CurrentRefinements-category");
		assert.deepEqual((await chip.locator(".ais-CurrentRefinements-categoryLabel").allTextContents()).sort(),
		    [country.label, kind.label].sort());
		await chip.filter({ hasText: country.label }).locator("button").click();
		await stage.showsAs({ filter: anyOf("stakeholder", [kind]) });
		await page.getByText("Clear all").click();
		await stage.showsAs({});
		assert.equal(await chip.count(), 0);
	});
}

/* What would be markup in a name is text. */
async function snippet(stage) {
	await stage.open(async (page) => {
		await stage.type("R&D");
		const { hits } = await stage.native({ q: "R&D" });
		await stage.showsAs({ q: "R&D" });
		const written = hits.map((hit) => hit.document.name.replace(/\s+/g, " ").trim());
		await stage.settles(async () => assert.deepEqual(
		    (await page.locator(".ais-Hits-item h2").allTextContents()).map((name) => name.replace(/\s+/g, " ").trim()),
		    written));
		assert.doesNotMatch(await page.locator("#hits").textContent(), /ais-highlight|<\/?mark/);
		assert.equal(await page.locator("#hits :is(b, i)").count(), 0);
		await page.locator("#searchbox input").fill("encryption");
		const found = await stage.native({ q: "encryption" });
		await stage.showsAs({ q: "encryption" });
		if (!found.hits.some((hit) => hit.document.profile))
			return;
		await page.locator(".ais-Snippet-highlighted").first().waitFor();
		for (const words of await page.locator(".ais-Snippet").allTextContents())
			assert.ok(words.split(/\s+/).length <= 60, words);
	});
}

async function geography(stage) {
	await stage.open(async (page) => {
		await page.getByText("Benelux").click();
		const inside = await stage.showsAs({ box: "49.4,2.5,53.6,7.3" });
		assert.ok(inside > 0);
		await page.locator("#map circle").first().waitFor();
		await page.getByText("Benelux").click();
		await stage.showsAs({});
		await page.getByText("Nearest to Brussels first").click();
		await stage.showsAs({ near: "50.8503,4.3517", sort: ["relevance", "distance"] });
		const far = (await page.locator(".distance").allTextContents()).map(parseFloat);
		assert.equal(far.length, 10);
		assert.deepEqual(far, [...far].sort((a, b) => a - b));
	});
}

async function everything(stage) {
	await stage.open(async (page) => {
		const [one, two] = await stage.offered("#country", "country");
		await stage.type("university");
		await stage.showsAs({ q: "university" });
		await stage.choose("#country", one.label);
		await stage.choose("#country", two.label);
		await stage.choose("#founded", "1950 to 1999");
		await page.getByText(EU).click();
		await page.locator("#sort select").selectOption({ label: "Name, A to Z" });
		const state = {
			q: "university", sort: "name",
			filter: `${anyOf("country", [one, two])} AND founded:1950..1999 AND country_group:eu`,
		};
		await stage.showsAs(state);
		await stage.countsAs("#country", "country", state);
		await stage.countsAs("#sectors", "sectors", state);
		await stage.countsAs("#stakeholder", "stakeholder", state);
	});
}

async function autocomplete(stage) {
	const { hits } = await stage.daemon.search("members", { q: "security", prefix: "last", per_page: 4 });
	await stage.open(async (page) => {
		await page.locator(".aa-Input").click();
		await page.locator(".aa-Input").pressSequentially("security", { delay: 15 });
		const links = page.locator("[data-autocomplete-source-id=members] .aa-ItemLink");
		await stage.settles(async () => assert.deepEqual(
		    await links.evaluateAll((all) => all.map((link) => decodeURIComponent(link.href.split("/").pop()))),
		    hits.map((hit) => hit.id)));
		await page.route("**/show/**", (route) => route.fulfill({ body: "there", contentType: "text/plain" }));
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Enter");
		await page.waitForURL(`${stage.daemon.url}/show/members/${encodeURIComponent(hits[0].id)}`);
	}, { page: "autocomplete.html" });
}
