/* SPDX-License-Identifier: ISC */
/*
 * map - where the hits are, and searches by place, by the stock connectors.
 *
 * The stock geoSearch widget wants a map from a third party; its connector does
 * not.  So the ground is a grid of degrees, and areas are chosen by name.
 */
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const WEST = -25, EAST = 45, SOUTH = 34, NORTH = 72;
const WIDE = 700, HIGH = 300;

const AREAS = {
	"Benelux": { northEast: { lat: 53.6, lng: 7.3 }, southWest: { lat: 49.4, lng: 2.5 } },
	"Iberia": { northEast: { lat: 43.9, lng: 3.4 }, southWest: { lat: 35.9, lng: -9.6 } },
	"Baltic states": { northEast: { lat: 59.8, lng: 28.3 }, southWest: { lat: 53.9, lng: 20.9 } },
};
const BRUSSELS = { aroundLatLng: "50.8503,4.3517", getRankingInfo: true };

function across(lng) { return (lng - WEST) / (EAST - WEST) * WIDE; }
function down(lat) { return (NORTH - lat) / (NORTH - SOUTH) * HIGH; }

function shape(name, attributes, text) {
	const element = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes))
		element.setAttribute(key, value);
	if (text)
		element.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: text }));
	return element;
}

function drawGround(svg) {
	for (let lng = -20; lng <= 40; lng += 10)
		svg.append(shape("line", { x1: across(lng), x2: across(lng), y1: 0, y2: HIGH }));
	for (let lat = 40; lat <= 70; lat += 10)
		svg.append(shape("line", { x1: 0, x2: WIDE, y1: down(lat), y2: down(lat) }));
}

function drawArea(svg, { northEast, southWest }) {
	svg.append(shape("rect", {
		x: across(southWest.lng), width: across(northEast.lng) - across(southWest.lng),
		y: down(northEast.lat), height: down(southWest.lat) - down(northEast.lat),
	}));
}

function button(label, pressed, press) {
	const element = document.createElement("button");
	element.type = "button";
	element.textContent = label;
	element.setAttribute("aria-pressed", pressed);
	element.addEventListener("click", press);
	return element;
}

/* The map with its areas; drawn anew with every answer, but for the focus. */
function renderMap({ items, refine, clearMapRefinement, isRefinedWithMap, currentRefinement, widgetParams }, first) {
	const place = document.querySelector(widgetParams.container);
	if (first) {
		place.append(document.createElementNS(SVG, "svg"), document.createElement("div"));
		place.firstChild.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
		place.firstChild.setAttribute("aria-hidden", "true");
		place.lastChild.className = "areas";
	}
	const [svg, areas] = place.children;
	const focused = [...areas.children].indexOf(document.activeElement);
	const area = isRefinedWithMap() ? currentRefinement : undefined;

	svg.replaceChildren();
	drawGround(svg);
	if (area)
		drawArea(svg, area);
	for (const { _geoloc: { lat, lng }, name } of items)
		svg.append(shape("circle", { cx: across(lng), cy: down(lat), r: 5 }, name));
	areas.replaceChildren(...Object.entries(AREAS).map(([label, box]) => {
		const pressed = area?.northEast.lat === box.northEast.lat;
		return button(label, pressed, () => pressed ? clearMapRefinement() : refine(box));
	}));
	areas.children[focused]?.focus();
}

/* A switch for what no widget asks: the nearest first. */
function renderNear({ refine, widgetParams }, first) {
	if (!first)
		return;
	const press = button("Nearest to Brussels first", false, () => {
		const on = press.getAttribute("aria-pressed") !== "true";
		press.setAttribute("aria-pressed", on);
		refine(on ? BRUSSELS : {});
	});
	press.className = "near";
	document.querySelector(widgetParams.container).after(press);
}

/* eslint-disable-next-line no-unused-vars */
function mapWidgets(container) {
	const { connectConfigure, connectGeoSearch } = window.instantsearch.connectors;

	return [
		connectGeoSearch(renderMap)({ container }),
		connectConfigure(renderNear)({ container, searchParameters: {} }),
	];
}
