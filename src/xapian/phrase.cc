/* SPDX-License-Identifier: ISC */
/*
 * phrase - the documents in which words stand together, and how often.
 *
 * The engine finds them: only its matcher keeps its place in the table of
 * positions from one document to the next, and is eight times as fast as asking
 * for the positions of every document that holds the terms.  But it says only
 * whether, so where a place may occur more than once the positions of what was
 * found are read and counted here.  It also knows only single words, no two of
 * them alike: of other groups it finds the documents that hold all, and which
 * of these have a place is seen by counting.
 */
#include <algorithm>
#include <cassert>
#include <set>
#include <string>
#include <vector>

#include <xapian.h>

#include "ecsearch/xapian.h"

#include "bounds.hh"
#include "ecsearch/places.h"
#include "guard.hh"
#include "reader.hh"

enum { BATCH = 1024 }; /* documents whose positions are held at once */

namespace
{
/* Every document; asks whether to stop as the matcher comes by. */
class stop_source : public Xapian::PostingSource
{
	ecs_stop *stop;
	void *user;
	uint32_t documents = 0;
	uint32_t last = 0; /* the last document there is */
	uint32_t at = 0;
	uint32_t calls = 0;

	void
	move(uint32_t docid)
	{
		at = docid;
		if (++calls % ecs::STOP_EVERY == 0)
			ecs::ask_stop(stop, user);
	}

      public:
	stop_source(ecs_stop *a_stop, void *a_user) : stop(a_stop), user(a_user)
	{
	}
	void
	init(const Xapian::Database &db) override
	{
		documents = db.get_doccount();
		last = db.get_lastdocid();
		at = 0;
	}
	Xapian::doccount
	get_termfreq_min() const override
	{
		return 0;
	}
	Xapian::doccount
	get_termfreq_est() const override
	{
		return documents;
	}
	Xapian::doccount
	get_termfreq_max() const override
	{
		return documents;
	}
	void
	next(double) override
	{
		move(at + 1);
	}
	void
	skip_to(Xapian::docid docid, double) override
	{
		if (docid > at)
			move(docid);
	}
	bool
	at_end() const override
	{
		return at > last;
	}
	Xapian::docid
	get_docid() const override
	{
		return at;
	}
};

/* Takes every match into found, with no count yet, and lets none pass. */
class taker : public Xapian::MatchDecider
{
	struct ecs_postings *found;

      public:
	mutable size_t used;

	taker(struct ecs_postings *a_found) : found(a_found), used(a_found->len)
	{
	}
	bool
	operator()(const Xapian::Document &document) const override
	{
		ecs::reserve(found, used + 1);
		found->list[used++] = {document.get_docid(), 0};
		return false;
	}
};

/* One of the words asked for, in one document of a batch. */
struct place {
	size_t document; /* index in the batch */
	uint32_t start;
	uint32_t end; /* its last position */

	bool
	operator<(const struct place &other) const
	{
		if (document != other.document)
			return document < other.document;
		return start != other.start ? start < other.start
					    : end < other.end;
	}
};

/* Words side by side; commonly one. */
using run = std::vector<std::string>;

/* One of the groups asked for: its runs, and their places in a batch. */
struct group {
	std::vector<run> runs; /* no two alike */
	std::vector<struct place> places;
	std::vector<uint32_t> starts; /* of the places, by document */
	std::vector<uint32_t> ends;
	std::vector<size_t> bounds; /* of each document's stretch in starts */

	bool
	is_single() const
	{
		return std::all_of(runs.begin(), runs.end(),
		    [](const run &words) { return words.size() == 1; });
	}
	Xapian::Query
	query() const
	{
		std::vector<Xapian::Query> any;

		for (const run &words : runs)
			any.emplace_back(Xapian::Query::OP_PHRASE,
			    words.begin(), words.end(), words.size());
		return Xapian::Query(
		    Xapian::Query::OP_OR, any.begin(), any.end());
	}
	/* Keep of several that begin alike the one that ends first. */
	void
	drop_longer()
	{
		auto alike = [](const struct place &a, const struct place &b) {
			return a.document == b.document && a.start == b.start;
		};

		std::sort(places.begin(), places.end());
		places.erase(std::unique(places.begin(), places.end(), alike),
		    places.end());
	}
	/* Drop what ends no sooner than one that begins later. */
	void
	drop_wider()
	{
		size_t kept = places.size();

		for (size_t i = places.size(); i-- > 0;) {
			if (kept < places.size() &&
			    places[kept].document == places[i].document &&
			    places[kept].end <= places[i].end)
				continue;
			places[--kept] = places[i];
		}
		places.erase(places.begin(),
		    places.begin() + static_cast<std::ptrdiff_t>(kept));
	}
	/* Put the places as they are counted; follows: others stand before. */
	void
	lay_out(size_t documents, bool follows)
	{
		if (runs.size() > 1)
			drop_longer();
		if (follows && !is_single())
			drop_wider();
		starts.clear();
		ends.clear();
		bounds.assign(documents + 1, 0);
		for (const struct place &place : places) {
			starts.push_back(place.start);
			ends.push_back(place.end);
			bounds[place.document + 1]++;
		}
		for (size_t i = 0; i < documents; i++)
			bounds[i + 1] += bounds[i];
	}
	struct ecs_place_word
	word(size_t document) const
	{
		size_t from = bounds[document];

		return {starts.data() + from, ends.data() + from,
		    bounds[document + 1] - from, 0, 0, false};
	}
};

/* Groups asked of one reader. */
struct phrase_search {
	const Xapian::Database &db;
	std::vector<struct group> groups;
	uint32_t window;
	bool ordered;
	ecs_stop *stop;
	void *user;
	std::vector<struct ecs_place_word> words;

	/* Does the engine itself know what is asked? */
	bool
	is_plain() const
	{
		std::set<std::string> seen;

		if (groups.size() == 1)
			return false;
		for (const struct group &group : groups)
			for (const run &words_of_run : group.runs)
				if (words_of_run.size() > 1 ||
				    !seen.insert(words_of_run[0]).second)
					return false;
		return true;
	}
	/* Is each group one word, so that even repeated ones are matched? */
	bool
	is_list() const
	{
		return std::all_of(groups.begin(), groups.end(),
		    [](const struct group &group) {
			    return group.runs.size() == 1 &&
				group.runs[0].size() == 1;
		    });
	}
	Xapian::Query
	query() const
	{
		std::vector<Xapian::Query> parts;

		for (const struct group &group : groups)
			parts.push_back(group.query());
		if (!is_list() && !is_plain())
			return Xapian::Query(
			    Xapian::Query::OP_AND, parts.begin(), parts.end());
		return Xapian::Query(
		    ordered ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR,
		    parts.begin(), parts.end(), window);
	}
	/* The number of members found then has in all. */
	size_t
	find(struct ecs_postings *found)
	{
		Xapian::Query query = this->query();
		stop_source source(stop, user);
		Xapian::Enquire enquire(db);
		taker take(found);

		if (stop != nullptr)
			query = Xapian::Query(Xapian::Query::OP_FILTER, query,
			    Xapian::Query(&source));
		enquire.set_query(query);
		enquire.set_weighting_scheme(Xapian::BoolWeight());
		enquire.get_mset(0, 1, 0, nullptr, &take);
		return take.used;
	}
	/*
	 * Side by side, a place takes one of each term: where a term stands
	 * once there is one place, and no position need be read.
	 */
	void
	count_single(struct ecs_posting *list, size_t len)
	{
		for (const struct group &group : groups) {
			auto at = db.postlist_begin(group.runs[0][0]);

			for (size_t i = 0; i < len; i++) {
				if (i % ecs::STOP_EVERY == 0)
					ecs::ask_stop(stop, user);
				at.skip_to(list[i].docid);
				if (at.get_wdf() == 1)
					list[i].count = 1;
			}
		}
	}
	/* Add the places of one term in the batch, each a place of its own. */
	void
	read_term(const struct ecs_posting *list,
	    const std::vector<size_t> &batch, const std::string &term,
	    std::vector<struct place> &places) const
	{
		auto at = db.postlist_begin(term);
		auto end = db.postlist_end(term);

		ecs::ask_stop(stop, user);
		for (size_t k = 0; k < batch.size() && at != end; k++) {
			at.skip_to(list[batch[k]].docid);
			if (at == end || *at != list[batch[k]].docid)
				continue;
			for (auto position = at.positionlist_begin();
			     position != at.positionlist_end(); ++position)
				places.push_back({k, *position, *position});
		}
	}
	/* Keep of run's places those that the next word follows. */
	static void
	extend(std::vector<struct place> &places,
	    const std::vector<struct place> &next)
	{
		size_t kept = 0;
		auto at = next.begin();

		for (struct place place : places) {
			struct place wanted = {
			    place.document, place.end + 1, place.end + 1};

			at = std::lower_bound(at, next.end(), wanted);
			if (at == next.end())
				break;
			if (wanted < *at)
				continue;
			place.end++;
			places[kept++] = place;
		}
		places.resize(kept);
	}
	void
	read_run(const struct ecs_posting *list,
	    const std::vector<size_t> &batch, const run &words_of_run,
	    std::vector<struct place> &places) const
	{
		std::vector<struct place> found;

		read_term(list, batch, words_of_run[0], found);
		for (size_t i = 1; i < words_of_run.size(); i++) {
			std::vector<struct place> next;

			read_term(list, batch, words_of_run[i], next);
			extend(found, next);
		}
		places.insert(places.end(), found.begin(), found.end());
	}
	/* Term after term, in the order that positions lie on the disk. */
	void
	count_batch(struct ecs_posting *list, const std::vector<size_t> &batch)
	{
		for (struct group &group : groups) {
			group.places.clear();
			for (const run &words_of_run : group.runs)
				read_run(
				    list, batch, words_of_run, group.places);
			group.lay_out(
			    batch.size(), ordered && &group != &groups[0]);
		}
		for (size_t k = 0; k < batch.size(); k++) {
			for (size_t i = 0; i < groups.size(); i++)
				words[i] = groups[i].word(k);
			list[batch[k]].count = ecs_places_count(
			    words.data(), words.size(), window, ordered);
		}
	}
	/* Count where it is not yet known. */
	void
	count_rest(struct ecs_posting *list, size_t len)
	{
		std::vector<size_t> batch;

		words.resize(groups.size());
		for (size_t i = 0; i < len; i++) {
			if (list[i].count == 0)
				batch.push_back(i);
			if (batch.size() == BATCH || i + 1 == len) {
				count_batch(list, batch);
				batch.clear();
			}
		}
	}
	void
	search(struct ecs_postings *found)
	{
		size_t old = found->len;
		size_t len = find(found) - old;
		struct ecs_posting *list = found->list + old;

		if (len == 0)
			return;
		if (ordered && is_list() && window == groups.size())
			count_single(list, len);
		count_rest(list, len);
		/* The engine may let two terms share a position. */
		auto end = std::remove_if(list, list + len,
		    [](const struct ecs_posting &p) { return p.count == 0; });
		found->len = static_cast<size_t>(end - found->list);
	}
};

/* The runs of a group that may be in an index, each once. */
struct group
read_group(const struct ecs_near_group &from)
{
	struct group group;
	std::set<run> seen;

	for (size_t i = 0; i < from.n; i++) {
		const struct ecs_near_run &words = from.runs[i];
		bool possible = words.n > 0;
		run terms;

		for (size_t k = 0; k < words.n; k++) {
			const struct ecs_term &term = words.terms[k];

			possible =
			    possible && ecs::can_be_a_term(term.text, term.len);
			terms.emplace_back(term.text, term.len);
		}
		if (possible && seen.insert(terms).second)
			group.runs.push_back(terms);
	}
	return group;
}
void
search_groups(struct ecs_index_reader *reader,
    const struct ecs_near_group *groups, size_t n, uint32_t window,
    bool ordered, struct ecs_postings *postings, ecs_stop *stop, void *user)
{
	phrase_search asked{reader->db, {}, window, ordered, stop, user, {}};

	for (size_t i = 0; i < n; i++) {
		asked.groups.push_back(read_group(groups[i]));
		if (asked.groups.back().runs.empty())
			return;
	}
	if (n > 0 && window >= n)
		asked.search(postings);
}
} /* namespace */

bool
ecs_index_near(struct ecs_index_reader *reader,
    const struct ecs_near_group *groups, size_t n, uint32_t window,
    bool ordered, struct ecs_postings *postings, ecs_stop *stop, void *user,
    struct ecs_err *err)
{
	return ecs::guard(err, [&] {
		search_groups(
		    reader, groups, n, window, ordered, postings, stop, user);
	});
}

bool
ecs_index_phrase(struct ecs_index_reader *reader, const struct ecs_term *terms,
    size_t n, uint32_t window, bool ordered, struct ecs_postings *postings,
    ecs_stop *stop, void *user, struct ecs_err *err)
{
	assert(n >= 2);
	return ecs::guard(err, [&] {
		std::vector<struct ecs_near_run> runs(n);
		std::vector<struct ecs_near_group> groups(n);

		for (size_t i = 0; i < n; i++) {
			runs[i] = {&terms[i], 1};
			groups[i] = {&runs[i], 1};
		}
		search_groups(reader, groups.data(), n, window, ordered,
		    postings, stop, user);
	});
}
