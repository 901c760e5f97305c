/* SPDX-License-Identifier: ISC */
/*
 * page.js - the search page while typing.
 *
 * Without it the page is a form and links.  With it the same addresses are
 * asked for their part that changes, which the server renders, and that part is
 * put in place: there is one way to write a result.  Focus, unfolded facets and
 * the place on the page are kept; an old answer never replaces a newer one.
 */
"use strict";

(() => {
	const form = document.getElementById("search");
	const status = document.getElementById("status");

	if (form === null)
		return;

	const TYPING = 90; /* milliseconds of rest before what is typed is asked */
	const SLOW = 250; /* until the page says that it waits */
	const REST = 1000; /* an answer looked at so long was what was asked */
	const words = form.elements.q;
	const collection = () => form.elements.in?.value ?? null;
	const reported = new Set(); /* questions that were counted */
	let asking = null; /* AbortController of the request under way */
	let timer = 0;
	let resting = 0;

	const results = () => document.getElementById("results");

	/* ---- the address of what the form says ---- */

	const shown = () => new URL(results().dataset.address, location.href);
	const isTyping = () =>
	    words.value.trimStart() !== (shown().searchParams.get("q") ?? "");

	const address = () => {
		const url = new URL(form.action);

		for (const [name, value] of new FormData(form))
			if (value !== "")
				url.searchParams.append(name, value);
		/* Other words: nothing is searched in a facet, all is corrected. */
		if (isTyping())
			url.searchParams.delete("find");
		else if (shown().searchParams.has("exact"))
			url.searchParams.set("exact", "1");
		return url;
	};

	/* The map's links are SVG's: their href and target are no strings. */
	const addressOf = (link) =>
	    new URL(link.getAttribute("href"), location.href);

	const isSearch = (link) => {
		const url = addressOf(link);

		return url.origin === location.origin &&
		    url.pathname === new URL(form.action).pathname &&
		    url.hash === "" &&
		    !link.hasAttribute("target");
	};

	/* ---- putting an answer in place ---- */

	const keepFolds = (from, to) => {
		for (const old of from.querySelectorAll("details[id]")) {
			const now = to.querySelector("#" + CSS.escape(old.id));

			if (now !== null)
				now.open = old.open;
		}
	};

	/* A field being typed into stays the same element. */
	const keepField = (to) => {
		const field = document.activeElement;

		if (!field || field.type !== "search" || field.id === "q" || !field.id)
			return;
		const now = to.querySelector("#" + CSS.escape(field.id));

		if (now !== null)
			now.value = field.value;
	};

	/* What has the place of an element: all values have a search, and back. */
	const successor = (id) =>
	    document.getElementById(id) ??
	    document.getElementById(id.replace(/^more-/, "find-")) ??
	    document.getElementById(id.replace(/^less-/, "more-"));

	const put = (text, how) => {
		const page = new DOMParser().parseFromString(text, "text/html");
		const now = page.getElementById("results");
		const old = results();
		const active = document.activeElement;
		const inside = old.contains(active);
		const id = inside ? active.id : "";
		const selection = id && active.type === "search"
		    ? [active.selectionStart, active.selectionEnd] : null;

		if (now === null)
			throw new Error("no results");
		const whole = old.querySelector(".whole");
		const scrolled = whole ? whole.scrollTop : 0;

		if (how.keep)
			keepFolds(old, now);
		keepField(now);
		old.replaceWith(document.adoptNode(now));
		const unfolded = now.querySelector(".whole");

		if (unfolded)
			unfolded.scrollTop = scrolled;
		if (inside) {
			const again = successor(id) ?? document.getElementById("count");

			if (again && again.tabIndex < 0)
				again.tabIndex = -1;
			again?.focus({preventScroll: true});
			if (selection && again?.setSelectionRange)
				again.setSelectionRange(...selection);
		}
		if (how.top) {
			const head = document.getElementById("count");

			window.scrollTo(0, 0);
			if (head !== null) {
				head.tabIndex = -1;
				head.focus({preventScroll: true});
			}
		}
		document.title = now.dataset.title;
		for (const link of document.querySelectorAll(".tongues a")) {
			const url = shown();

			url.searchParams.set("ui", link.lang);
			link.href = url;
		}
		say(document.getElementById("count")?.textContent ?? "");
	};

	/* Said once there is a pause, or every key would be spoken over. */
	let saying = 0;
	const say = (text) => {
		clearTimeout(saying);
		saying = setTimeout(() => {
			status.textContent = text;
		}, 600);
	};

	/* ---- failing ---- */

	const settle = () => {
		document.getElementById("failed")?.remove();
		results().removeAttribute("aria-busy");
	};

	const fail = () => {
		const note = document.createElement("p");

		settle();
		note.id = "failed";
		note.className = "note failed";
		note.setAttribute("role", "alert");
		note.textContent = form.dataset.failed;
		results().before(note);
	};

	/* ---- asking ---- */

	/*
	 * how: push, make a new entry of the history; keep, leave folds as they
	 * are; top, show the list's beginning; counts, just this was asked for.
	 */
	const ask = async (url, how) => {
		const part = new URL(url);
		const mine = new AbortController();

		clearTimeout(timer);
		asking?.abort();
		asking = mine;
		part.searchParams.set("part", "results");
		if (!how.counts)
			part.searchParams.set("count", "false");
		const slow = setTimeout(
		    () => results().setAttribute("aria-busy", "true"), SLOW);

		try {
			const answer = await fetch(part, {
				signal: mine.signal,
				headers: {Accept: "text/html"},
			});
			const text = await answer.text();

			if (mine.signal.aborted)
				return;
			if (!answer.ok)
				throw new Error(String(answer.status));
			settle();
			put(text, how);
			clearTimeout(resting);
			if (how.counts)
				reported.add(question());
			else
				resting = setTimeout(reportSearch, REST);
			const here = shown();

			if (how.push && here.href !== location.href)
				history.pushState(null, "", here);
			else if (!how.back)
				history.replaceState(null, "", here);
		} catch (error) {
			if (!mine.signal.aborted)
				fail();
		} finally {
			clearTimeout(slow);
			if (asking === mine)
				asking = null;
		}
	};

	/* ---- what people do ---- */

	form.addEventListener("input", (event) => {
		if (event.target.type !== "search" || event.isComposing)
			return;
		clearTimeout(timer);
		timer = setTimeout(() => {
			ask(address(), {keep: true});
		}, TYPING);
	});
	form.addEventListener("compositionend", (event) => {
		event.target.dispatchEvent(new Event("input", {bubbles: true}));
	});
	form.addEventListener("change", (event) => {
		if (event.target.type !== "search")
			ask(address(), {push: true, keep: true});
	});
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		ask(address(), {push: true, keep: true, counts: true});
	});
	document.addEventListener("click", (event) => {
		const link = event.target.closest?.("a[href]");

		if (!link || event.button !== 0 || event.ctrlKey || event.metaKey ||
		    event.shiftKey || event.altKey || event.defaultPrevented)
			return;
		if (link.matches(".tofilters a, .toresults a")) {
			event.preventDefault();
			form.classList.toggle("unfolded");
			document.querySelector(link.matches(".tofilters a")
			    ? "#panel summary" : ".tofilters a")?.focus();
		} else if (results().contains(link) && isSearch(link)) {
			const url = addressOf(link);

			event.preventDefault();
			/* The link is older than what was typed and not yet shown. */
			if (isTyping())
				url.searchParams.set("q", words.value);
			ask(url, {
				push: true,
				keep: !link.closest(".tabs"),
				top: link.closest(".paging, .tabs, .all, .tiles, .start .map") !== null,
			});
		}
	});

	/* ---- what is counted: the words and the place, nothing about who ---- */

	const question = () => words.value.trim() + "\n" + collection();

	/* Requests while typing do not count; what typing ends in does, once. */
	const reportSearch = () => {
		const url = new URL(form.dataset.search, location.href);

		if (!form.dataset.clicks || words.value.trim() === "" ||
		    reported.has(question()))
			return;
		reported.add(question());
		url.searchParams.set("q", words.value);
		url.searchParams.set("per_page", "0");
		url.searchParams.set("prefix", "last");
		if (collection() !== null)
			url.searchParams.set("in", collection());
		fetch(url, {keepalive: true}).catch(() => {});
	};
	reported.add(question()); /* by the page itself */
	const hitOf = (event) => event.target.closest?.(".hit a[href]");

	document.addEventListener("pointerdown", (event) => {
		if (hitOf(event))
			reportSearch();
	});
	document.addEventListener("click", (event) => {
		const link = hitOf(event);

		if (!link || !form.dataset.clicks || words.value.trim() === "")
			return;
		reportSearch();
		const item = link.closest(".hit");
		const list = item.parentElement;

		navigator.sendBeacon(form.dataset.clicks, JSON.stringify({
			q: words.value,
			rank: list.start + [...list.children].indexOf(item),
			collection: collection(),
		}));
	}, {capture: true});
	window.addEventListener("popstate", () => {
		/* To a place of this page, as the link past the header leads. */
		if (shown().pathname + shown().search ===
		    location.pathname + location.search)
			return;
		words.value = new URL(location.href).searchParams.get("q") ?? "";
		ask(location.href, {back: true, keep: true});
	});
})();
