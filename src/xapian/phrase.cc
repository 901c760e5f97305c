/* SPDX-License-Identifier: ISC */
/*
 * phrase - the documents in which terms stand together, and how often.
 *
 * The engine finds them: only its matcher keeps its place in the table of
 * positions from one document to the next, and is eight times as fast as asking
 * for the positions of every document that holds the terms.  But it says only
 * whether, so where a place may occur more than once the positions of what was
 * found are read and counted here.
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

/* The positions of one term in a batch of documents, one after another. */
struct batch_positions {
	std::vector<uint32_t> at;
	std::vector<size_t> ends; /* of each document's run in at */

	void
	read(const Xapian::Database &db, const std::vector<size_t> &batch,
	    const struct ecs_posting *list, const std::string &term)
	{
		at.clear();
		ends.clear();
		for (size_t i : batch) {
			auto end = db.positionlist_end(list[i].docid, term);

			for (auto position =
				 db.positionlist_begin(list[i].docid, term);
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
	ecs_stop *stop;
	void *user;
	std::vector<batch_positions> positions; /* as terms */
	std::vector<struct ecs_place_word> words;

	/* The number of members found then has in all. */
	size_t
	find(struct ecs_postings *found)
	{
		Xapian::Query query(
		    ordered ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR,
		    terms.begin(), terms.end(), window);
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
		for (const std::string &term : terms) {
			auto at = db.postlist_begin(term);

			for (size_t i = 0; i < len; i++) {
				if (i % ecs::STOP_EVERY == 0)
					ecs::ask_stop(stop, user);
				at.skip_to(list[i].docid);
				if (at.get_wdf() == 1)
					list[i].count = 1;
			}
		}
	}
	/* Term after term, in the order that positions lie on the disk. */
	void
	count_batch(struct ecs_posting *list, const std::vector<size_t> &batch)
	{
		ecs::ask_stop(stop, user);
		for (size_t i = 0; i < terms.size(); i++)
			positions[i].read(db, batch, list, terms[i]);
		for (size_t k = 0; k < batch.size(); k++) {
			for (size_t i = 0; i < terms.size(); i++)
				words[i] = positions[i].word(k);
			list[batch[k]].count = ecs_places_count(
			    words.data(), words.size(), window, ordered);
		}
	}
	/* Count where it is not yet known. */
	void
	count_rest(struct ecs_posting *list, size_t len)
	{
		std::vector<size_t> batch;

		positions.resize(terms.size());
		words.resize(terms.size());
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
	run(struct ecs_postings *found)
	{
		size_t old = found->len;
		size_t len = find(found) - old;
		struct ecs_posting *list = found->list + old;

		if (len == 0)
			return;
		if (ordered && window == terms.size())
			count_single(list, len);
		count_rest(list, len);
		/* The engine may let two terms share a position. */
		auto end = std::remove_if(list, list + len,
		    [](const struct ecs_posting &p) { return p.count == 0; });
		found->len = static_cast<size_t>(end - found->list);
	}
};
} /* namespace */

bool
ecs_index_phrase(struct ecs_index_reader *reader, const struct ecs_term *terms,
    size_t n, uint32_t window, bool ordered, struct ecs_postings *postings,
    ecs_stop *stop, void *user, struct ecs_err *err)
{
	assert(n >= 2);
	if (window < n)
		return true;
	for (size_t i = 0; i < n; i++)
		if (!ecs::can_be_a_term(terms[i].text, terms[i].len))
			return true;
	return ecs::guard(err, [&] {
		phrase_search search{
		    reader->db, {}, window, ordered, stop, user, {}, {}};

		for (size_t i = 0; i < n; i++)
			search.terms.emplace_back(terms[i].text, terms[i].len);
		search.run(postings);
	});
}
