/* SPDX-License-Identifier: ISC */
/*
 * embed - <ec-search>, a search box for any website.
 *
 *	<script src="https://HOST/embed.js" defer></script>
 *	<ec-search></ec-search>
 *
 * A combobox with a list popup after the ARIA Authoring Practices Guide 1.2,
 * in a shadow tree of its own.  What comes from the server is only ever put
 * in as text; the styles are a constructed sheet, so that a page's strict
 * Content-Security-Policy needs to name the host in script-src and connect-src
 * and nothing more.  Nothing is stored at the visitor's.
 *
 * From top to bottom: words of the interface, helpers, styles, asking the
 * server, drawing an answer, the element.
 */
(() => {
"use strict";

/* The address of the daemon, from that of this script; a path before is kept. */
const HERE = document.currentScript?.src.replace(
    /(\/assets)?\/[^/?#]*([?#].*)?$/, "");

const PAUSE = 100; /* ms without a key before asking */
const PATIENCE = 300; /* ms before it is shown that an answer is awaited */
const LIMIT = 10000; /* ms before an answer is given up */
const KEPT = 100; /* answers kept for the life of the page */
const RETRY = 1000; /* ms until a connection that came back is tried again */
const REST = 1000; /* ms without a key until nothing found is a result, too */
const PRE = "\u0001";
const POST = "\u0002";

/* ---- words ---- */

/* Two forms: of one, and of many; which, Intl.PluralRules says. */
const WORDS = {
	en: {
		label: "Search",
		clear: "Clear",
		list: "Search results",
		suggestions: "Suggestions",
		all: ["Show the result", "Show all {} results"],
		found: ["{} result", "{} results"],
		completions: ["{} suggestion", "{} suggestions"],
		none: "Nothing found for “{}”",
		noneHelp: "Check the spelling, or try a shorter or another word.",
		also: "Also showing results for “{}”",
		waiting: "Searching…",
		failed: "The search is not answering.",
		failedHelp: "It is tried again when you go on typing.",
		offline: "You are offline.",
		offlineHelp: "The search goes on when the connection is back.",
		page: "p. {}",
	},
	fr: {
		label: "Rechercher",
		clear: "Effacer",
		list: "Résultats de la recherche",
		suggestions: "Suggestions",
		all: ["Voir le résultat", "Voir les {} résultats"],
		found: ["{} résultat", "{} résultats"],
		completions: ["{} suggestion", "{} suggestions"],
		none: "Aucun résultat pour « {} »",
		noneHelp: "Vérifiez l’orthographe ou essayez un mot plus court, ou un autre.",
		also: "Résultats aussi pour « {} »",
		waiting: "Recherche en cours…",
		failed: "La recherche ne répond pas.",
		failedHelp: "Continuez à taper pour réessayer.",
		offline: "Vous êtes hors ligne.",
		offlineHelp: "La recherche reprendra avec la connexion.",
		page: "p. {}",
	},
	de: {
		label: "Suchen",
		clear: "Löschen",
		list: "Suchergebnisse",
		suggestions: "Vorschläge",
		all: ["Den Treffer zeigen", "Alle {} Treffer zeigen"],
		found: ["{} Treffer", "{} Treffer"],
		completions: ["{} Vorschlag", "{} Vorschläge"],
		none: "Nichts gefunden für „{}“",
		noneHelp: "Prüfen Sie die Schreibweise oder versuchen Sie ein kürzeres oder anderes Wort.",
		also: "Auch Treffer für „{}“",
		waiting: "Suche läuft…",
		failed: "Die Suche antwortet nicht.",
		failedHelp: "Beim Weitertippen wird es erneut versucht.",
		offline: "Sie sind offline.",
		offlineHelp: "Sobald die Verbindung steht, geht die Suche weiter.",
		page: "S. {}",
	},
	es: {
		label: "Buscar",
		clear: "Borrar",
		list: "Resultados de la búsqueda",
		suggestions: "Sugerencias",
		all: ["Ver el resultado", "Ver los {} resultados"],
		found: ["{} resultado", "{} resultados"],
		completions: ["{} sugerencia", "{} sugerencias"],
		none: "No hay resultados para «{}»",
		noneHelp: "Revise la ortografía o pruebe con una palabra más corta u otra distinta.",
		also: "También se muestran resultados para «{}»",
		waiting: "Buscando…",
		failed: "La búsqueda no responde.",
		failedHelp: "Siga escribiendo para intentarlo de nuevo.",
		offline: "No tiene conexión.",
		offlineHelp: "La búsqueda continuará cuando vuelva la conexión.",
		page: "p. {}",
	},
	it: {
		label: "Cerca",
		clear: "Cancella",
		list: "Risultati della ricerca",
		suggestions: "Suggerimenti",
		all: ["Mostra il risultato", "Mostra tutti i {} risultati"],
		found: ["{} risultato", "{} risultati"],
		completions: ["{} suggerimento", "{} suggerimenti"],
		none: "Nessun risultato per «{}»",
		noneHelp: "Controlli l’ortografia o provi una parola più corta o un’altra.",
		also: "Risultati anche per «{}»",
		waiting: "Ricerca in corso…",
		failed: "La ricerca non risponde.",
		failedHelp: "Continui a scrivere per riprovare.",
		offline: "Non è in linea.",
		offlineHelp: "La ricerca riprenderà con la connessione.",
		page: "p. {}",
	},
	nl: {
		label: "Zoeken",
		clear: "Wissen",
		list: "Zoekresultaten",
		suggestions: "Suggesties",
		all: ["Toon het resultaat", "Toon alle {} resultaten"],
		found: ["{} resultaat", "{} resultaten"],
		completions: ["{} suggestie", "{} suggesties"],
		none: "Niets gevonden voor ‘{}’",
		noneHelp: "Controleer de spelling of probeer een korter of ander woord.",
		also: "Ook resultaten voor ‘{}’",
		waiting: "Bezig met zoeken…",
		failed: "De zoekmachine antwoordt niet.",
		failedHelp: "Typ verder om het opnieuw te proberen.",
		offline: "U bent offline.",
		offlineHelp: "Het zoeken gaat verder zodra er verbinding is.",
		page: "p. {}",
	},
};

const fill = (text, value) => text.replace("{}", () => value);

const number = (lang, n) => new Intl.NumberFormat(lang).format(n);

const counted = (lang, name, n) => {
	const one = new Intl.PluralRules(lang).select(n) === "one";

	return fill(WORDS[lang][name][one ? 0 : 1], number(lang, n));
};

const known = (tag) => {
	const lang = tag?.toLowerCase().split("-")[0];

	return Object.hasOwn(WORDS, lang ?? "") ? lang : undefined;
};

/* ---- helpers ---- */

/* Make an element; what is undefined is left out, children may be text. */
const make = (name, attributes = {}, ...children) => {
	const made = name === "svg" || name === "path"
	    ? document.createElementNS("http://www.w3.org/2000/svg", name)
	    : document.createElement(name);

	for (const [key, value] of Object.entries(attributes))
		if (value !== undefined)
			made.setAttribute(key, value);
	made.append(...children.filter((child) => child !== undefined));
	return made;
};

const ICONS = {
	search: "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M15.3 15.3 20.5 20.5",
	clear: "M6 6 18 18M18 6 6 18",
	value: "M4 4h7.5L20 12.5 12.5 20 4 11.5zM8 8v.01",
	go: "M4 12h15M13 6l6 6-6 6",
	wait: "M12 4a8 8 0 1 1-8 8",
};
const icon = (name) => make("svg",
    {viewBox: "0 0 24 24", class: "icon " + name, "aria-hidden": "true"},
    make("path", {d: ICONS[name]}));

/* Text with marked parts as nodes. */
const marked = (text) => {
	const nodes = [];
	let inside = false;

	for (const part of text.split(/([\u0001\u0002])/)) {
		if (part === PRE || part === POST)
			inside = part === PRE;
		else if (part !== "")
			nodes.push(inside
			    ? make("mark", {part: "mark"}, part) : part);
	}
	return nodes;
};

/* Suggestions come as HTML in which nothing but <mark> is an element. */
const ENTITIES = {amp: "&", lt: "<", gt: ">", quot: "\"", "#39": "'"};
const unescaped = (html) => html.replaceAll("<mark>", PRE)
    .replaceAll("</mark>", POST)
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]);

/* Of a long text, what surrounds its first marked word. */
const excerpt = (text, room = 180) => {
	const at = text.indexOf(PRE);
	const begin = at < 50 ? 0 : text.lastIndexOf(" ", at - 30) + 1 || at;
	const end = text.length - begin <= room
	    ? text.length : text.lastIndexOf(" ", begin + room);

	return (begin > 0 ? "…" : "") +
	    text.slice(begin, end > begin ? end : begin + room) +
	    (end < text.length ? POST + "…" : "");
};

const countryName = (lang, code) => {
	try {
		return new Intl.DisplayNames(lang, {type: "region"}).of(code);
	} catch {
		return code;
	}
};

/* ---- styles ---- */

/*
 * Colours are mixed from four (accent, text, background, mark) so that whatever
 * a site sets, and whichever colour scheme its page uses, the shades between
 * keep their distance: 68 % of the text's colour on the background is 7:1.
 */
const STYLES = `
:host {
	--accent: var(--ec-search-accent, #1a5fb4);
	--text: var(--ec-search-text, CanvasText);
	--background: var(--ec-search-background, Canvas);
	--radius: var(--ec-search-radius, 8px);
	--muted: color-mix(in srgb, var(--text) 68%, var(--background));
	--line: color-mix(in srgb, var(--text) 16%, var(--background));
	--strong: color-mix(in srgb, var(--accent) 72%, var(--text));
	display: block; min-inline-size: 0; position: relative;
	font-family: var(--ec-search-font, inherit);
	font-style: normal; font-weight: 400; line-height: 1.4;
	letter-spacing: normal; word-spacing: normal; text-align: start;
	text-indent: 0; text-shadow: none; text-transform: none;
	white-space: normal; color: var(--text);
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
form {
	display: flex; align-items: center; margin: 0;
	min-block-size: max(46px, 2.75em);
	border: 1px solid var(--ec-search-border,
	    color-mix(in srgb, var(--text) 52%, var(--background)));
	border-radius: var(--radius); background: var(--background);
}
form:focus-within {
	outline: 3px solid var(--strong); outline-offset: 1px;
	border-color: transparent;
}
.icon {
	flex: none; inline-size: 1.25em; block-size: 1.25em; fill: none;
	stroke: currentColor; stroke-width: 2; stroke-linecap: round;
	stroke-linejoin: round;
}
form > .icon { margin-inline: 0.75em 0; color: var(--muted); }
.wait, .busy > .search { display: none; }
.busy > .wait { display: block; }
@media (prefers-reduced-motion: no-preference) {
	.busy > .wait { animation: turn 0.9s linear infinite; }
}
@keyframes turn { to { transform: rotate(1turn); } }
input {
	flex: 1; min-inline-size: 0; align-self: stretch;
	padding: 0 0.6em; border: 0; border-radius: var(--radius);
	background: none; color: inherit; font: inherit;
	font-size: max(1em, 16px); outline: none; appearance: none;
}
input::placeholder { color: var(--muted); opacity: 1; }
button {
	flex: none; display: grid; place-items: center; align-self: stretch;
	inline-size: max(44px, 2.75em); padding: 0; border: 0;
	border-radius: var(--radius); background: none; color: var(--muted);
	font: inherit; cursor: pointer;
}
button:hover { color: var(--text); }
.panel {
	position: absolute; inset: auto; z-index: 2147483000; margin: 0;
	padding: 0; border: 1px solid var(--line);
	border-radius: var(--radius); background: var(--background);
	color: var(--text); display: none; flex-direction: column;
	overflow: hidden;
	box-shadow: var(--ec-search-shadow, 0 12px 32px -8px rgb(0 0 0 / 30%));
}
.panel.open { display: flex; }
.note { margin: 0; padding: 0.75em 1em; }
.note + .list { border-block-start: 1px solid var(--line); }
.note small { display: block; font-size: 0.875em; color: var(--muted); }
.list {
	overflow: auto; overscroll-behavior: contain;
	scroll-padding-block: 0.5em 3.5em;
}
.group { padding-block: 0.35em; }
.group + .group { border-block-start: 1px solid var(--line); }
.heading {
	display: flex; justify-content: space-between; gap: 1em;
	padding: 0.4em 1em 0.25em; font-weight: 600; color: var(--muted);
}
.heading span { font-size: 0.8125em; }
.heading span + span { font-weight: 400; }
.option {
	display: grid; align-content: center; min-block-size: 44px;
	padding: 0.45em 1em; color: inherit; text-decoration: none;
	cursor: pointer; overflow-wrap: anywhere;
}
.option.row {
	grid-template-columns: auto 1fr auto; align-items: center;
	column-gap: 0.65em;
}
.option .icon { color: var(--muted); inline-size: 1.05em; }
.option:hover {
	background: color-mix(in srgb, var(--text) 6%, var(--background));
}
.option[aria-selected=true] {
	background: color-mix(in srgb, var(--accent) 18%, var(--background));
	box-shadow: inset 3px 0 var(--strong);
}
.title { font-weight: 500; }
.place, .text, .aside { font-size: 0.875em; color: var(--muted); }
.title, .text {
	display: -webkit-box; -webkit-box-orient: vertical;
	-webkit-line-clamp: 2; overflow: hidden;
}
mark {
	background: none; color: inherit; font-weight: 700;
	text-decoration: underline 2px; text-underline-offset: 0.18em;
	text-decoration-color: var(--ec-search-mark, var(--strong));
}
.text mark { color: var(--text); }
.all {
	position: sticky; inset-block-end: 0; font-weight: 600;
	border-block-start: 1px solid var(--line); color: var(--strong);
	background: var(--background);
}
.all .icon { color: inherit; }
.unseen {
	position: absolute; inline-size: 1px; block-size: 1px;
	overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
@media (forced-colors: active) {
	form:focus-within { outline-color: Highlight; }
	.option[aria-selected=true] { background: Highlight; }
	.option[aria-selected=true], .option[aria-selected=true] * {
		forced-color-adjust: none; color: HighlightText;
		text-decoration-color: HighlightText;
	}
}
@media print { .panel { display: none !important; } }
`;
let sheet;
const styles = () => {
	if (sheet === undefined) {
		sheet = new CSSStyleSheet();
		sheet.replaceSync(STYLES);
	}
	return sheet;
};

/* ---- asking ---- */

class Failure extends Error {
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

/*
 * Where a box asks.  With a key a browser first asks leave for each address, so
 * searches are then POSTed to one that stays the same.
 */
class Source {
	constructor(host, key, lang, only) {
		this.host = host;
		this.key = key;
		this.lang = lang;
		this.only = only;
	}

	get name() {
		return JSON.stringify([this.host, this.key, this.lang, this.only]);
	}

	async #get(path, parameters, signal) {
		const headers = {"Accept-Language": this.lang};
		const options = {credentials: "omit", headers, signal};
		let address = this.host + path;

		if (this.key)
			headers["X-API-Key"] = this.key;
		if (this.key && path.endsWith("/search")) {
			headers["Content-Type"] = "application/json";
			options.method = "POST";
			options.body = JSON.stringify(parameters);
		} else {
			const list = Object.entries(parameters).map(([name, value]) =>
			    [name, typeof value === "object"
			    ? JSON.stringify(value) : value]);

			address += "?" + new URLSearchParams(list);
		}
		return Source.#read(await fetch(address, options));
	}

	static async #read(reply) {
		const answer = await reply.json().catch(() => ({}));

		if (!reply.ok)
			throw new Failure(reply.status,
			    answer.detail ?? reply.statusText);
		return answer;
	}

	/* The collections searched, in order; asked once in a page's life. */
	static #known = new Map();
	async #collections() {
		const known = Source.#known;
		const name = this.name;

		if (!known.has(name)) {
			known.set(name, this.#get("/v1/collections", {},
			    AbortSignal.timeout(LIMIT)).then(
			    ({collections: all}) => this.#chosen(all)));
			known.get(name).catch(() => known.delete(name));
		}
		return known.get(name);
	}

	#chosen(all) {
		if (this.only.length === 0)
			return all;
		return this.only.map((name) => {
			const found = all.find((one) => one.name === name);

			if (found === undefined)
				throw new Failure(404,
				    `there is no collection "${name}"`);
			return found;
		});
	}

	#search(collection, q, limit, signal) {
		return this.#get(
		    `/v1/collections/${encodeURIComponent(collection.name)}/search`,
		    {q, prefix: "last", per_page: limit, count: false,
		    highlight: {pre: PRE, post: POST, encode: "none"}}, signal);
	}

	async #suggest(collections, q, signal) {
		const names = collections.map((one) => one.name).join();

		return (await this.#get("/v1/suggest",
		    {q, in: names, limit: 12, documents: true},
		    signal)).suggestions;
	}

	/* What was searched for is counted at the server: that, and no more. */
	async count(q) {
		const names = (await this.#collections()).map((one) => one.name);

		await this.#get("/v1/search", {q, prefix: "last",
		    in: this.key ? names : names.join(), per_page: 1,
		    highlight: false, passages: 0});
	}

	async ask(q, limit, signal) {
		const collections = await this.#collections();
		const [suggestions, ...answers] = await Promise.all([
			this.#suggest(collections, q, signal),
			...collections.map((one) => this.#search(
			    one, q, limit || (collections.length > 1 ? 3 : 6),
			    signal)),
		]);

		return gather(q, collections, suggestions, answers);
	}
}

/* One answer of many: sections by collection, suggestions, and a total. */
const gather = (q, collections, suggestions, answers) => {
	const sections = collections.map((collection, i) => ({
		name: collection.name,
		label: collection.label,
		total: answers[i].total.value,
		hits: mix(collection, suggestions, answers[i]),
	}));

	return {
		q,
		sections: sections.filter((section) => section.hits.length > 0),
		suggestions: suggestions.filter(({type}) => type !== "name")
		    .slice(0, 3).map((one) => complete(collections, one)),
		total: answers.reduce((sum, one) => sum + one.total.value, 0),
		corrected: answers.find((one) => one.query.corrected?.applied)
		    ?.query.corrected.q,
	};
};

/*
 * A section: first names that are being typed (they know the order of words
 * begun), then what else is found, no more than the search was asked for.
 */
const mix = (collection, suggestions, answer) => {
	const found = new Map(answer.hits.map((hit) => [hit.id, hit]));
	const named = suggestions.filter((one) =>
	    one.type === "name" && one.collection === collection.name);
	const hits = new Map(named.map(({id, document, highlight, matched}) =>
	    [id, {
		id,
		document,
		highlight: {[collection.title]: unescaped(highlight)},
		passages: found.get(id)?.passages,
		matched: matched && unescaped(matched),
	    }]));

	for (const [id, hit] of found)
		if (!hits.has(id))
			hits.set(id, hit);
	return [...hits.values()].slice(0, answer.per_page)
	    .map((hit) => describe(collection, hit));
};

/* What is shown of a hit. */
const describe = (collection, hit) => {
	const {document: shown, highlight, passages, matched} = hit;
	const title = collection.title;
	const passage = passages?.[0];

	return {
		id: hit.id,
		lang: shown.lang,
		title: highlight[title] ?? shown[title] ?? hit.id,
		facts: [shown.number, shown.city, shown.country,
			shown.year ?? shown.edition],
		passage,
		/* Some documents are one section, headed by the title. */
		section: passage?.section === shown[title]
		    ? undefined : passage?.section,
		text: passage?.text ?? matched ??
		    (highlight[title] === undefined
		    ? elsewhere(collection, highlight) : undefined),
		document: shown,
	};
};

/* Words found in another field than the title; addresses say little. */
const elsewhere = (collection, highlight) => {
	for (const {name, type} of collection.fields)
		if (name !== collection.title && type === "text") {
			const text = [highlight[name]].flat().find(
			    (one) => one?.includes(PRE));

			if (text !== undefined)
				return text;
		}
	return undefined;
};

const complete = (collections, one) => ({
	...one,
	highlight: unescaped(one.highlight),
	aside: one.field && collections.find(
	    ({name}) => name === one.collection)?.fields.find(
	    ({name}) => name === one.field)?.label,
});

/* ---- drawing ---- */

/* The rows of an answer; links(what) is the address of a row. */
const draw = (answer, lang, links) => {
	const groups = [];
	let rank = 0;

	if (answer.suggestions.length > 0)
		groups.push(group("s", WORDS[lang].suggestions, undefined,
		    answer.suggestions.map((one) => suggestion(lang, one, links))));
	answer.sections.forEach((section, i) => groups.push(group("g" + i,
	    section.label, number(lang, section.total),
	    section.hits.map((hit) => result(lang, links, {
		kind: "hit", collection: section.name, rank: ++rank, hit})))));
	if (answer.total > 0)
		groups.push(option({kind: "all"}, links, "all row", icon("go"),
		    make("span", {}, counted(lang, "all", answer.total))));
	return groups;
};

const group = (id, label, count, options) => make("div",
    {role: "group", class: "group", part: "group", "aria-labelledby": id},
    make("div", {id, class: "heading", part: "heading"},
	make("span", {}, label),
	count === undefined ? undefined : make("span", {}, count)),
    ...options);

/* What a row stands for, for the event when it is chosen. */
const meant = new WeakMap();
const option = (what, links, classes, ...children) => {
	const row = make("a", {role: "option", class: "option " + classes,
	    part: "option " + what.kind, tabindex: -1, href: links(what),
	    "aria-selected": "false"}, ...children);

	meant.set(row, what);
	return row;
};

const suggestion = (lang, one, links) => option(
    {kind: one.type, ...one}, links, "row",
    icon(one.type === "value" ? "value" : "search"),
    make("span", {class: "title"}, ...marked(one.highlight)),
    make("span", {class: "aside"}, [one.aside, number(lang, one.count)]
	.filter(Boolean).join(" · ")));

const result = (lang, links, what) => {
	const {hit} = what;
	const facts = hit.facts.map((fact, i) =>
	    i === 2 && fact ? countryName(lang, fact) : fact);
	const place = [...facts, hit.section,
		hit.passage?.page && fill(WORDS[lang].page, hit.passage.page)]
	    .filter(Boolean).join(" · ");

	return option(what, links, "",
	    make("span", {class: "title", lang: hit.lang},
		...marked(hit.title)),
	    place ? make("span", {class: "place"}, place) : undefined,
	    hit.text ? make("span", {class: "text", lang: hit.lang},
		...marked(excerpt(hit.text))) : undefined);
};

/* ---- the element ---- */

class SearchBox extends HTMLElement {
	static observedAttributes = ["placeholder", "label", "lang", "in",
		"host", "key", "limit"];

	#input = make("input", {type: "text", name: "q", part: "input",
	    role: "combobox", inputmode: "search", enterkeyhint: "search",
	    autocomplete: "off", autocapitalize: "none", autocorrect: "off",
	    spellcheck: "false", "aria-autocomplete": "list",
	    "aria-expanded": "false", "aria-controls": "list"});
	#clear = make("button", {type: "button", part: "clear", tabindex: -1,
	    hidden: ""}, icon("clear"));
	#form = make("form", {role: "search", part: "box"}, icon("search"),
	    icon("wait"), this.#input, this.#clear);
	#note = make("p", {class: "note", part: "note", hidden: ""});
	#list = make("div", {id: "list", role: "listbox", class: "list",
	    part: "list", tabindex: -1});
	#panel = make("div", {class: "panel", part: "panel"}, this.#note,
	    this.#list);
	#status = make("div", {role: "status", class: "unseen"});

	#answers = new Map();
	#answer; /* what is drawn */
	#asked = 0; /* a number for each question: only the last is heard */
	#under; /* the AbortController of the question under way */
	#timer;
	#resting;
	#counted = new Set(); /* questions counted as searches */
	#active = -1; /* the option that Enter takes */
	#composing = false;
	#opened; /* the AbortController of listeners while open */
	#connected;

	constructor() {
		super();
		const root = this.attachShadow({mode: "open", delegatesFocus: true});

		root.adoptedStyleSheets = [styles()];
		if (this.#panel.showPopover)
			this.#panel.popover = "manual";
		root.append(this.#form, this.#panel, this.#status);
		this.#listen();
	}

	#listen() {
		const input = this.#input;

		input.addEventListener("input", () => this.#typed());
		input.addEventListener("keydown", (event) => this.#key(event));
		input.addEventListener("click", () => this.#reopen());
		input.addEventListener("compositionstart", () => {
			this.#composing = true;
		});
		input.addEventListener("compositionend", () => {
			this.#composing = false;
			this.#typed();
		});
		this.#form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#submit(event);
		});
		this.#clear.addEventListener("click", () => {
			this.value = "";
			input.focus();
		});
		/* The focus stays in the input: a press on the panel is a choice. */
		this.#panel.addEventListener(
		    "mousedown", (event) => event.preventDefault());
		this.#list.addEventListener("click", (event) => this.#choose(event));
		for (const name of ["pointerover", "pointerdown"])
			this.#list.addEventListener(name, (event) =>
			    this.#look(event.target.closest("[role=option]")));
		this.addEventListener("focusout", () => {
			/* Still the active element: only the window was left. */
			if (this.shadowRoot.activeElement === null)
				this.#close();
		});
	}

	connectedCallback() {
		this.#connected = new AbortController();
		document.addEventListener("keydown",
		    (event) => this.#shortcut(event),
		    {signal: this.#connected.signal});
		this.#label();
	}

	disconnectedCallback() {
		this.#connected?.abort();
		this.#cancel();
		this.#close();
	}

	attributeChangedCallback(name) {
		if (!this.isConnected)
			return;
		this.#label();
		if (name !== "placeholder" && name !== "label") {
			this.#cancel();
			this.#answers.clear();
			this.#answer = undefined;
			this.#close();
		}
	}

	/* ---- what the page may ask and set ---- */

	get value() {
		return this.#input.value;
	}

	set value(text) {
		this.#input.value = text;
		this.#clear.hidden = text === "";
		this.#cancel();
		this.#close();
	}

	/* ---- attributes ---- */

	get #lang() {
		return known(this.closest("[lang]")?.lang) ??
		    navigator.languages.map(known).find(Boolean) ?? "en";
	}

	get #words() {
		return WORDS[this.#lang];
	}

	get #host() {
		const host = this.getAttribute("host") ?? HERE ?? "/";

		return new URL(host, document.baseURI).href.replace(/\/+$/, "");
	}

	get #source() {
		return new Source(this.#host, this.getAttribute("key"),
		    this.#lang, this.#only);
	}

	get #q() {
		return this.#input.value.trim().replace(/\s+/g, " ");
	}

	get #only() {
		return (this.getAttribute("in") ?? "").split(/[\s,]+/)
		    .filter(Boolean);
	}

	#number(name, otherwise) {
		const n = Number.parseInt(this.getAttribute(name), 10);

		return n > 0 ? Math.min(n, 50) : otherwise;
	}

	#label() {
		const label = this.getAttribute("label") ?? this.#words.label;

		this.#input.setAttribute("aria-label", label);
		this.#form.setAttribute("aria-label", label);
		this.#input.placeholder =
		    this.getAttribute("placeholder") ?? label;
		this.#clear.setAttribute("aria-label", this.#words.clear);
		this.#list.setAttribute("aria-label", this.#words.list);
	}

	/* ---- typing ---- */

	#typed() {
		const q = this.#q;

		this.#clear.hidden = this.#input.value === "";
		this.#activate(-1);
		/*
		 * Half a composed word is no word; but keyboards of phones
		 * compose every word, and there it is what is being typed.
		 */
		if (this.#composing && !matchMedia("(pointer: coarse)").matches)
			return;
		this.#cancel();
		if (q.length < this.#number("min", 1)) {
			this.#close();
			return;
		}
		if (this.#answers.has(q))
			this.#show(this.#answers.get(q));
		else
			this.#timer = setTimeout(() => this.#ask(q), PAUSE);
	}

	#cancel() {
		this.#asked++;
		clearTimeout(this.#timer);
		clearTimeout(this.#resting);
		this.#under?.abort();
		this.#form.classList.remove("busy");
	}

	/* again: how often it is tried once more when nothing answers. */
	async #ask(q, again = 0) {
		const asked = ++this.#asked;
		const under = this.#under = new AbortController();
		const slow = setTimeout(() => this.#wait(), PATIENCE);
		const late = setTimeout(() => under.abort(), LIMIT);

		try {
			const answer = await this.#source.ask(
			    q, this.#number("limit", 0), under.signal);

			if (asked === this.#asked) {
				this.#keep(q, answer);
				this.#show(answer);
			}
		} catch (error) {
			if (asked === this.#asked)
				this.#fail(q, error, again);
		} finally {
			clearTimeout(slow);
			clearTimeout(late);
			if (asked === this.#asked)
				this.#form.classList.remove("busy");
		}
	}

	#wait() {
		this.#form.classList.add("busy");
		this.#status.textContent = this.#words.waiting;
	}

	#keep(q, answer) {
		this.#answers.set(q, answer);
		if (this.#answers.size > KEPT)
			this.#answers.delete(this.#answers.keys().next().value);
	}

	/* ---- the panel ---- */

	#show(answer) {
		const lang = this.#lang;
		const words = this.#words;
		const rows = draw(answer, lang, (what) => this.#address(answer.q, what));

		this.#answer = answer;
		this.#list.replaceChildren(...rows);
		this.#options.forEach((row, i) => {
			row.id = "o" + i;
		});
		this.#activate(-1);
		if (rows.length === 0) {
			this.#say(fill(words.none, answer.q), words.noneHelp);
			this.#resting = setTimeout(
			    () => this.#count(answer.q), REST);
		} else {
			this.#say(answer.corrected &&
			    fill(words.also, answer.corrected));
		}
		this.#status.textContent = [this.#note.firstChild?.data,
			answer.total > 0 || rows.length === 0
			    ? counted(lang, "found", answer.total)
			    : counted(lang, "completions",
				answer.suggestions.length)]
		    .filter(Boolean).join(". ");
		this.#open();
		this.#fire("results", {q: answer.q, total: answer.total,
		    sections: answer.sections.map(({name, total}) => ({name, total}))});
	}

	#say(text, help) {
		this.#note.hidden = !text;
		this.#note.replaceChildren(...text ? [text] : [],
		    ...help ? [make("small", {}, help)] : []);
	}

	#fail(q, error, again) {
		const words = this.#words;
		const offline = !navigator.onLine;

		this.#answer = undefined;
		this.#list.replaceChildren();
		if (offline)
			this.#say(words.offline, words.offlineHelp);
		else
			this.#say(words.failed, words.failedHelp);
		this.#status.textContent = this.#note.firstChild.data;
		this.#open();
		/* A connection is told of before it carries anything. */
		if (offline)
			window.addEventListener("online", () => this.#ask(q, 5),
			    {once: true, signal: this.#opened.signal});
		else if (again > 0 && error.status === undefined)
			this.#timer =
			    setTimeout(() => this.#ask(q, again - 1), RETRY);
		this.#fire("error", {q, status: error.status ?? 0,
		    message: error.message});
	}

	#reopen() {
		if (this.#opened === undefined && this.#q !== "")
			this.#typed();
	}

	#open() {
		const full = this.#list.childElementCount > 0;

		this.#list.hidden = !full;
		this.#list.scrollTop = 0;
		this.#input.setAttribute("aria-expanded", String(full));
		if (this.#opened === undefined) {
			this.#opened = new AbortController();
			this.#follow(this.#opened.signal);
			this.#panel.classList.add("open");
			this.#panel.showPopover?.();
		}
		this.#place();
	}

	#close() {
		this.#activate(-1);
		if (this.#opened === undefined)
			return;
		this.#opened.abort();
		this.#opened = undefined;
		this.#input.setAttribute("aria-expanded", "false");
		this.#panel.classList.remove("open");
		if (this.#panel.isConnected)
			this.#panel.hidePopover?.();
		this.#status.textContent = "";
	}

	/* While open: where the page scrolls or grows, the panel goes along. */
	#follow(signal) {
		const place = () => this.#place();
		const quiet = {signal, passive: true};

		window.addEventListener("scroll", place, {...quiet, capture: true});
		window.addEventListener("resize", place, quiet);
		window.visualViewport?.addEventListener("resize", place, quiet);
	}

	/*
	 * Below the box, or above it where there is more room; as wide as the
	 * box, but never so narrow that nothing can be read, nor off the screen.
	 * A popover is in the top layer, where the document is what surrounds it.
	 */
	#place() {
		const box = this.#form.getBoundingClientRect();
		const page = document.documentElement.clientWidth;
		const screen = window.visualViewport?.height ?? innerHeight;
		const {style} = this.#panel;
		const width = Math.min(Math.max(box.width, 420), page - 16);
		const left = Math.max(8, Math.min(box.left, page - 8 - width));
		const below = screen - box.bottom - 16;
		const above = box.top - 16;
		const up = below < 240 && above > below;
		const base = this.#panel.popover
		    ? {left: -scrollX, top: -scrollY, bottom: innerHeight - scrollY}
		    : box;

		style.width = width + "px";
		style.left = left - base.left + "px";
		style.top = up ? "auto" : box.bottom + 8 - base.top + "px";
		style.bottom = up ? base.bottom - box.top + 8 + "px" : "auto";
		style.maxHeight =
		    Math.max(200, Math.min(640, up ? above : below)) + "px";
	}

	/* ---- keys ---- */

	get #options() {
		return [...this.#list.querySelectorAll("[role=option]")];
	}

	#activate(index) {
		const options = this.#options;
		const row = options[index];

		options[this.#active]?.setAttribute("aria-selected", "false");
		this.#active = row === undefined ? -1 : index;
		if (row === undefined) {
			this.#input.removeAttribute("aria-activedescendant");
			return;
		}
		row.setAttribute("aria-selected", "true");
		this.#look(row);
		this.#input.setAttribute("aria-activedescendant", row.id);
		row.scrollIntoView({block: "nearest"});
		if (index === 0)
			this.#list.scrollTop = 0;
	}

	/* key: what it does; true: the key is used up. */
	static #KEYS = {
		ArrowDown: (box, event) => box.#step(1, event),
		ArrowUp: (box, event) => box.#step(-1, event),
		PageDown: (box) => box.#leap(1),
		PageUp: (box) => box.#leap(-1),
		Enter: (box, event) => box.#enter(event),
		Escape: (box) => box.#escape(),
		Tab: (box) => box.#close(),
		Home: (box) => box.#activate(-1),
		End: (box) => box.#activate(-1),
		ArrowLeft: (box) => box.#activate(-1),
		ArrowRight: (box) => box.#activate(-1),
	};

	#key(event) {
		/* 229: a key that an input method has taken. */
		if (event.isComposing || event.keyCode === 229)
			return;
		if (Object.hasOwn(SearchBox.#KEYS, event.key) &&
		    SearchBox.#KEYS[event.key](this, event)) {
			event.preventDefault();
			event.stopPropagation();
		}
	}

	#step(by, event) {
		const n = this.#options.length;

		if (event.altKey && by < 0) {
			this.#close();
		} else if (this.#opened === undefined) {
			this.#reopen();
		} else if (n > 0) {
			const from = this.#active < 0 && by < 0 ? 0 : this.#active;

			this.#activate((from + by + n) % n);
		}
		return true;
	}

	/* To the first row of the next or previous group. */
	#leap(by) {
		const options = this.#options;
		const firsts = options.filter((row) => row.matches(
		    ".heading + .option, .all"));
		const places = firsts.map((row) => options.indexOf(row));
		const next = by > 0
		    ? places.find((place) => place > this.#active)
		    : places.findLast((place) => place < this.#active);

		if (this.#opened === undefined)
			return false;
		this.#activate(next ?? (by > 0 ? options.length - 1 : 0));
		return true;
	}

	#enter(event) {
		const row = this.#options[this.#active];
		const {ctrlKey, metaKey, shiftKey} = event;

		if (row === undefined)
			this.#submit(event);
		else
			row.dispatchEvent(new MouseEvent("click", {ctrlKey, metaKey,
			    shiftKey, bubbles: true, cancelable: true,
			    view: window}));
		return true;
	}

	#escape() {
		if (this.#opened !== undefined)
			this.#close();
		else if (this.#input.value !== "")
			this.value = "";
		else
			return false;
		return true;
	}

	/* "/", "ctrl+k" (also the command key), as the page's author says. */
	#shortcut(event) {
		const wanted = (this.getAttribute("shortcut") ?? "").split(/\s+/);
		const held = event.ctrlKey || event.metaKey ? "ctrl+" : "";
		const target = event.composedPath()[0];

		if (event.altKey || event.defaultPrevented ||
		    !wanted.includes(held + event.key.toLowerCase()) ||
		    (held === "" && (target.isContentEditable ||
		    target.matches?.("input, textarea, select"))))
			return;
		event.preventDefault();
		this.#input.focus();
		this.#input.select();
	}

	/* ---- choosing ---- */

	/* The page of all results: the attribute, the form inside, or the host's. */
	#page(q, more = {}) {
		const form = this.querySelector("form");
		const action = this.getAttribute("action") ??
		    form?.getAttribute("action");
		const own = action === null || action === undefined;
		const address = new URL(own ? this.#host + "/" : action,
		    document.baseURI);
		const name = form?.querySelector("input[name]")?.name ?? "q";

		address.searchParams.set(own ? "q" : name, q);
		if (own || address.href.startsWith(this.#host + "/")) {
			for (const [key, value] of Object.entries(more))
				address.searchParams.append(key, value);
			address.searchParams.set("ui", this.#lang);
		}
		return address.href;
	}

	#address(q, what) {
		const only = this.#only.length === 1 ? {in: this.#only[0]} : {};

		switch (what.kind) {
		case "hit":
			return this.#document(q, what);
		case "value":
			return this.#own
			    ? this.#page("", {in: what.collection,
				[what.field]: what.value})
			    : this.#page(what.text);
		case "phrase":
			return this.#page(what.text, only);
		default:
			return this.#page(q, only);
		}
	}

	/* Does the page of results know our fields? */
	get #own() {
		return this.#page("", {in: ""}).includes("in=");
	}

	#document(q, {collection, hit}) {
		const parts = [collection, hit.id, hit.passage?.id]
		    .filter(Boolean).map(encodeURIComponent);
		const more = new URLSearchParams({q, ui: this.#lang});

		return `${this.#host}/show/${parts.join("/")}?${more}`;
	}

	#submit(event) {
		const q = this.#q;
		const url = this.#address(q, {kind: "all"});

		if (q === "" || !this.#fire("choose", {q, kind: "all", url}))
			return;
		this.#close();
		if (event.ctrlKey || event.metaKey)
			window.open(url, "_blank", "noopener");
		else
			location.assign(url);
	}

	#choose(event) {
		const row = event.target.closest("[role=option]");
		const what = meant.get(row);
		const q = this.#answer?.q;

		if (what === undefined)
			return;
		if (!this.#fire("choose", {q, kind: what.kind, url: row.href,
		    collection: what.collection, id: what.hit?.id ?? what.id,
		    rank: what.rank, document: what.hit?.document})) {
			event.preventDefault();
			this.#close();
			return;
		}
		if (what.kind === "hit")
			this.#report(q, what);
		if (!event.ctrlKey && !event.metaKey && !event.shiftKey)
			this.#close();
	}

	/* A hit is looked at, so this was a search and not only half a word.
	 * Who goes on to the page of all results is counted there. */
	#look(row) {
		if (meant.get(row)?.kind === "hit")
			this.#count(this.#answer.q);
	}

	#count(q) {
		if (this.hasAttribute("no-clicks") || this.#counted.has(q))
			return;
		if (this.#counted.size === KEPT)
			this.#counted.clear();
		this.#counted.add(q);
		this.#source.count(q).catch(() => {});
	}

	/*
	 * How often the n-th result is taken: a count, and nothing about who.
	 * It is counted by the collection that was searched, if it was one.
	 */
	#report(q, {rank}) {
		const [collection, another] = this.#only;

		if (!this.hasAttribute("no-clicks"))
			navigator.sendBeacon(this.#host + "/v1/clicks",
			    JSON.stringify({q, rank, collection:
			    another === undefined ? collection : undefined}));
	}

	#fire(name, detail) {
		return this.dispatchEvent(new CustomEvent("ec-search:" + name,
		    {detail, bubbles: true, composed: true, cancelable: true}));
	}
}

if (customElements.get("ec-search") === undefined)
	customElements.define("ec-search", SearchBox);
})();
