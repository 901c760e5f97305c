/* SPDX-License-Identifier: ISC */
/*
 * instantsearch-page - stock widgets over the members, as anyone would set them.
 *
 * FIELD.label is a facet of the values' names, FIELD.lvl0, FIELD.lvl1 are the
 * levels of a vocabulary, members_FIELD_asc and _desc are the orders to sort in.
 * Templates are functions: a text would be compiled, which the policy forbids.
 * In the page's address, hits=endless appends pages instead of turning them,
 * key= searches with a key, index= searches elsewhere.
 */
"use strict";

const asked = new URLSearchParams(location.search);
const daemon = document.querySelector("meta[name=daemon]").content;
const index = asked.get("index") ?? "members";
const { widgets } = window.instantsearch;

const search = window.instantsearch({
	indexName: index,
	searchClient: stockClient({ key: asked.get("key") }),
});

/* A law's or a member's name, what it says, and where it is. */
function hitTemplate(hit, { html, components }) {
	const metres = hit._rankingInfo?.geoDistance;
	const place = [hit.city, hit._labels?.country ?? hit.country].filter(Boolean).join(", ");

	return html`<article>
		<h2><a href="${daemon}/show/members/${encodeURIComponent(hit.objectID)}"
			>${components.Highlight({ hit, attribute: "name" })}</a></h2>
		<p class="facts">${[hit._labels?.stakeholder, place, hit.founded && `founded ${hit.founded}`]
		    .filter(Boolean).join(" · ")}${metres === undefined ? "" :
		    html` · <span class="distance">${Math.round(metres / 1000)} km away</span>`}</p>
		${hit.profile ? html`<p>${components.Snippet({ hit, attribute: "profile" })}</p>` : ""}
	</article>`;
}

const hitTemplates = {
	item: hitTemplate,
	empty: (results, { html }) => html`<p>Nothing found for “${results.query}”. Try fewer
		words, or clear what is chosen.</p>`,
};

const hits = asked.get("hits") === "endless" ?
    [widgets.infiniteHits({
	container: "#hits",
	templates: { ...hitTemplates, showMoreText: () => "Show more" },
    })] :
    [widgets.hits({ container: "#hits", templates: hitTemplates }),
	widgets.pagination({ container: "#pages", padding: 2 })];

const NAMES = {
	"country.label": "Country", "country_group": "Union", "sectors.label": "Sector",
	"stakeholder.label": "Kind", "working_groups.label": "Group",
	"founded": "Founded", "employees": "Employees", "topics.lvl0": "Topic",
};

function chosen(items) {
	return items.map((item) => ({ ...item, label: NAMES[item.attribute] ?? item.label }));
}

search.addWidgets([
	widgets.configure({ hitsPerPage: 10, attributesToSnippet: ["profile:40"] }),
	widgets.searchBox({ container: "#searchbox", placeholder: "Search members", showReset: true }),
	widgets.stats({ container: "#stats" }),
	widgets.sortBy({
		container: "#sort",
		items: [
			{ label: "Best first", value: index },
			{ label: "Name, A to Z", value: "members_name_asc" },
			{ label: "Newest first", value: "members_founded_desc" },
			{ label: "Oldest first", value: "members_founded_asc" },
		],
	}),
	widgets.currentRefinements({ container: "#chosen", transformItems: chosen }),
	widgets.clearRefinements({ container: "#clear", templates: { resetLabel: () => "Clear all" } }),
	widgets.refinementList({
		container: "#country", attribute: "country.label", limit: 8, showMore: true, showMoreLimit: 60,
		searchable: true, searchablePlaceholder: "Search countries",
	}),
	widgets.toggleRefinement({
		container: "#union", attribute: "country_group", on: "eu",
		templates: { labelText: () => "In the European Union" },
	}),
	widgets.hierarchicalMenu({
		container: "#topics", attributes: ["topics.lvl0", "topics.lvl1", "topics.lvl2"], limit: 20,
	}),
	widgets.menu({ container: "#stakeholder", attribute: "stakeholder.label", limit: 12 }),
	widgets.refinementList({ container: "#sectors", attribute: "sectors.label", limit: 12 }),
	widgets.refinementList({
		container: "#groups", attribute: "working_groups.label", operator: "and",
	}),
	widgets.numericMenu({
		container: "#founded", attribute: "founded",
		items: [
			{ label: "Any time" },
			{ label: "Before 1950", end: 1949 },
			{ label: "1950 to 1999", start: 1950, end: 1999 },
			{ label: "Since 2000", start: 2000 },
		],
	}),
	widgets.rangeInput({ container: "#years", attribute: "founded" }),
	widgets.rangeInput({ container: "#employees", attribute: "employees" }),
	...mapWidgets("#map"),
	...hits,
]);

/* What went wrong is said; the next answer takes it away. */
const failure = document.querySelector("#failure");
search.on("error", ({ error }) => {
	failure.textContent = error.message;
	failure.hidden = false;
});
search.on("render", () => { failure.hidden ||= search.status !== "error"; });

search.start();
