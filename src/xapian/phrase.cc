/* SPDX-License-Identifier: ISC */
/*
 * phrase - the documents in which terms stand together, and how often.
 *
 * The engine's own phrase match says only whether, and reads positions document
 * by document, jumping between the lists of the terms.  Here the documents that
 * hold all the terms are found first, and then the positions are read a batch
 * of documents at a time, term after term, in the order they lie on the disk.
 */
#include <algorithm>
#include <cassert>
#include <string>
#include <vector>

#include <xapian.h>

#include "ecsearch/xapian.h"

#include "bounds.hh"
#include "guard.hh"
#include "places.h"
#include "reader.hh"

enum { BATCH = 1024 }; /* documents whose positions are held at once */

namespace
{
/* The positions of one term in a batch of documents, one after another. */
struct batch_positions {
	std::vector<uint32_t> at;
	std::vector<size_t> ends; /* of each document's run in at */

	void
	read(const Xapian::Database &db, const std::vector<uint32_t> &docids,
	    const std::string &term)
	{
		at.clear();
		ends.clear();
		for (uint32_t docid : docids) {
			auto end = db.positionlist_end(docid, term);

			for (auto position = db.positionlist_begin(docid, term);
			     position != end; ++position)
				at.push_back(*position);
			ends.push_back(at.size());
		}
	}
	struct ecs_place_word
	word(size_t document) const
	{
		size_t start = document == 0 ? 0 : ends[document - 1];

		return {at.data() + start, ends[document] - start, 0, 0, false};
	}
};

/* One phrase asked of one reader. */
struct phrase_search {
	const Xapian::Database &db;
	std::vector<std::string> terms;
	uint32_t window;
	bool ordered;
	struct ecs_postings *found;
	size_t used; /* of found */
	ecs_stop *stop;
	void *user;

	std::vector<batch_positions> positions; /* as terms */
	std::vector<struct ecs_place_word> words;

	/* Append those of docids that hold the phrase. */
	void
	match(const std::vector<uint32_t> &docids)
	{
		ecs::ask_stop(stop, user);
		for (size_t i = 0; i < terms.size(); i++)
			positions[i].read(db, docids, terms[i]);
		for (size_t document = 0; document < docids.size();
		     document++) {
			uint32_t count;

			for (size_t i = 0; i < terms.size(); i++)
				words[i] = positions[i].word(document);
			count = ecs_places_count(
			    words.data(), words.size(), window, ordered);
			if (count == 0)
				continue;
			ecs::reserve(found, used + 1);
			found->list[used++] = {docids[document], count};
		}
	}
	void run();
};

/* The posting lists of several terms, the rarest first. */
struct intersection {
	std::vector<Xapian::PostingIterator> lists;

	intersection(const Xapian::Database &db, std::vector<std::string> terms)
	{
		std::sort(terms.begin(), terms.end(),
		    [&](const std::string &a, const std::string &b) {
			    return db.get_termfreq(a) < db.get_termfreq(b);
		    });
		for (const std::string &term : terms)
			lists.push_back(db.postlist_begin(term));
	}
	/* The first document from docid on that all lists hold, or 0. */
	uint32_t
	seek(uint32_t docid)
	{
		const Xapian::PostingIterator end;

		for (size_t i = 0; i < lists.size();) {
			if (lists[i] == end)
				return 0;
			lists[i].skip_to(docid);
			if (lists[i] == end)
				return 0;
			if (*lists[i] == docid) {
				i++;
				continue;
			}
			docid = *lists[i];
			i = i == 0 ? 1 : 0;
		}
		return docid;
	}
};

void
phrase_search::run()
{
	intersection both(db, terms);
	std::vector<uint32_t> docids;
	size_t seen = 0;

	positions.resize(terms.size());
	words.resize(terms.size());
	for (uint32_t docid = both.seek(1); docid != 0;
	     docid = docid == UINT32_MAX ? 0 : both.seek(docid + 1)) {
		if (++seen % ecs::STOP_EVERY == 0)
			ecs::ask_stop(stop, user);
		docids.push_back(docid);
		if (docids.size() == BATCH) {
			match(docids);
			docids.clear();
		}
	}
	match(docids);
	found->len = used;
}
} /* namespace */

bool
ecs_index_phrase(struct ecs_index_reader *reader, const struct ecs_term *terms,
    size_t n, uint32_t window, bool ordered, struct ecs_postings *postings,
    ecs_stop *stop, void *user, struct ecs_err *err)
{
	assert(n >= 2);
	for (size_t i = 0; i < n; i++)
		if (!ecs::can_be_a_term(terms[i].text, terms[i].len))
			return true;
	return ecs::guard(err, [&] {
		phrase_search search{reader->db, {}, window, ordered, postings,
		    postings->len, stop, user, {}, {}};

		for (size_t i = 0; i < n; i++)
			search.terms.emplace_back(terms[i].text, terms[i].len);
		search.run();
	});
}
