// SPDX-License-Identifier: ISC
/*
 * stage - the page of stock InstantSearch beside the daemon it asks.
 *
 * A visitor's hands (type, click) and eyes (what is shown, as numbers and ids),
 * and what /v1 says of the same state.  What is shown is compared until it is
 * the same, as a visitor would wait; what it was last is told when it is not.
 */
import assert from "node:assert/strict";

import { until } from "../lib/browser.mjs";

const HITS = 10; /* on a page */

/* A whole number as it is written for people. */
function number(text) {
	return Number(text.replace(/[^\d]/g, ""));
}

export class Stage {
	/* client: of which version; modules: where the site has it from. */
	constructor({ browser, daemon, site, client }) {
		Object.assign(this, { browser, daemon, site, client });
	}

	/* Open the page and do something there. */
	async open(doing, { parameters = {}, page = "instantsearch.html", expect } = {}) {
		const query = new URLSearchParams({ client: this.client, ...parameters });
		const hosts = [this.daemon.url, this.site.url];

		await this.browser.visit({ hosts, expect }, async (opened) => {
			this.page = opened;
			await opened.goto(`${this.site.url}/${page}?${query}`);
			await doing(opened);
		});
	}

	/* ---- what /v1 says ---- */

	native(parameters) {
		return this.daemon.search("members", { q: "", prefix: "last", per_page: HITS, ...parameters });
	}

	async facetValues(field, parameters, { q, type, disjunctive = true }) {
		const facet = { field, limit: 1000, disjunctive, ...q && { q }, ...type && { type } };
		const { facets } = await this.native({ ...parameters, per_page: 0, facets: [facet] });
		return facets[0].values;
	}

	/*
	 * Counts of a facet by label, as /v1 has them.  The labels are asked for on
	 * their own, as a language given there is that of the words, too.
	 */
	async counts(field, parameters = {}, how = {}) {
		const named = await this.facetValues(field, { lang: "en" }, { type: how.type });
		const labels = new Map(named.map((each) => [each.value, each.label]));
		const values = await this.facetValues(field, parameters, how);
		return new Map(values.map((each) => [labels.get(each.value), { ...each, label: labels.get(each.value) }]));
	}

	/* ---- what is shown ---- */

	async total() {
		const text = await this.page.locator("#stats .ais-Stats-text").textContent();
		return /^No results/.test(text) ? 0 : number(text.split("result")[0]);
	}

	ids() {
		return this.page.locator(".ais-Hits-item h2 a, .ais-InfiniteHits-item h2 a").evaluateAll((links) =>
		    links.map((link) => decodeURIComponent(link.href.split("/").pop())));
	}

	/* [label, count] of the values of a widget, as they stand. */
	values(container) {
		return this.page.locator(`${container} li`).evaluateAll((items) => items.map((item) => {
			const part = (name) => item.querySelector(`[class$="-${name}"]`)?.textContent.trim();
			return [part("labelText") ?? part("label"), Number(part("count").replace(/[^\d]/g, ""))];
		}));
	}

	/* Throws what `check` last threw when it goes on throwing. */
	async settles(check) {
		let last;
		await until(async () => {
			try {
				await check();
				return true;
			} catch (error) {
				last = error;
				return false;
			}
		}).catch(() => { throw last; });
	}

	/* Total, hits and their order are those of /v1. */
	async showsAs(parameters) {
		const { total, hits } = await this.native(parameters);
		await this.settles(async () => {
			assert.equal(await this.total(), total.value);
			assert.deepEqual(await this.ids(), hits.map((hit) => hit.id));
		});
		return total.value;
	}

	/* The widget's values have the counts of /v1 for the same state. */
	async countsAs(container, field, parameters, how) {
		const native = await this.counts(field, parameters, how);
		await this.settles(async () => {
			const shown = await this.values(container);
			assert.ok(shown.length > 0 || native.size === 0, `${container} is empty`);
			for (const [label, count] of shown)
				assert.equal(count, native.get(label)?.count ?? 0, `${container}: ${label}`);
		});
	}

	/* ---- what a visitor does ---- */

	async choose(container, label) {
		await this.page.locator(`${container} :is(a, label)`)
		    .filter({ has: this.page.getByText(label, { exact: true }) }).first().click();
	}

	async type(words) {
		await this.page.locator("#searchbox input").pressSequentially(words, { delay: 15 });
	}

	/* The values of a widget, once it has some, with their ids. */
	async offered(container, field, how) {
		await this.page.locator(`${container} li`).first().waitFor();
		const native = await this.counts(field, {}, how);
		return (await this.values(container)).map(([label]) => native.get(label));
	}
}

/* Does no member have the field?  Then the reason to skip a claim. */
export async function nobodyHas(stage, field) {
	const { total } = await stage.native({ filter: `${field}:*`, per_page: 0 });
	return total.value === 0 && `no member has ${field}`;
}
