/* SPDX-License-Identifier: ISC */
/* autocomplete-page - the stock Autocomplete over three collections in one request. */
"use strict";

const daemon = document.querySelector("meta[name=daemon]").content;
const client = stockClient();
const { autocomplete, getAlgoliaResults } = window["@algolia/autocomplete-js"];

const SOURCES = [
	{ collection: "members", title: "Members", attribute: "name" },
	{ collection: "groups", title: "Working groups", attribute: "name" },
	{ collection: "agenda", title: "Research agenda", attribute: "title" },
];

function source({ collection, title, attribute }, query) {
	return {
		sourceId: collection,
		getItems: () => getAlgoliaResults({
			searchClient: client,
			queries: [{ indexName: collection, query, params: { hitsPerPage: 4 } }],
		}),
		getItemUrl: ({ item }) => `${daemon}/show/${collection}/${encodeURIComponent(item.objectID)}`,
		templates: {
			header: ({ html }) => html`<span class="aa-SourceHeaderTitle">${title}</span>`,
			item: ({ item, components, html }) => html`<a class="aa-ItemLink"
				href="${daemon}/show/${collection}/${encodeURIComponent(item.objectID)}"
				><span>${components.Highlight({ hit: item, attribute })}${
				    item.edition ? ` (${item.edition})` : ""}</span></a>`,
		},
	};
}

autocomplete({
	container: "#autocomplete",
	placeholder: "Search everything",
	getSources: ({ query }) => query ? SOURCES.map((each) => source(each, query)) : [],
});
