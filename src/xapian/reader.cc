/* SPDX-License-Identifier: ISC */
/*
 * reader - one snapshot of the index: open it, move it on, copy out of it.
 *
 * The backend is left for the engine to recognise, so that a replica (a stub
 * that names the copy in use) can be read as well.
 */
#include <string>

#include <xapian.h>

#include "ecsearch/xapian.h"

#include "bounds.hh"
#include "guard.hh"
#include "reader.hh"

enum { MOVE_TRIES = 5 };

namespace
{
/*
 * Run move, which looks for the last commit.  A commit can overtake it, and
 * nothing has been read yet that would have to be read again.
 */
template <class Move>
void
try_to_move(Move move)
{
	for (int left = MOVE_TRIES; left > 0; left--) {
		try {
			move();
			return;
		} catch (const Xapian::DatabaseModifiedError &) {
			if (left == 1)
				throw;
		}
	}
}

/* Append text to buf; all or nothing. */
void
append(struct ecs_buf *buf, const std::string &text)
{
	ecs_buf_add(buf, text.data(), text.size());
	if (buf->failed)
		throw std::bad_alloc();
}
} /* namespace */

struct ecs_index_reader *
ecs_index_reader_open(const char *path, struct ecs_err *err)
{
	return ecs::guard_pointer(err, [&] {
		struct ecs_index_reader *reader = nullptr;

		try_to_move([&] {
			reader = new ecs_index_reader{Xapian::Database(path)};
		});
		return reader;
	});
}

void
ecs_index_reader_close(struct ecs_index_reader *reader)
{
	delete reader;
}

bool
ecs_index_refresh(struct ecs_index_reader *reader, struct ecs_err *err)
{
	return ecs::guard(
	    err, [&] { try_to_move([&] { reader->db.reopen(); }); });
}

bool
ecs_index_revision(
    struct ecs_index_reader *reader, uint64_t *revision, struct ecs_err *err)
{
	return ecs::guard(err, [&] { *revision = reader->db.get_revision(); });
}

bool
ecs_index_counts(struct ecs_index_reader *reader, uint32_t *documents,
    uint32_t *last_docid, struct ecs_err *err)
{
	return ecs::guard(err, [&] {
		*documents = reader->db.get_doccount();
		*last_docid = reader->db.get_lastdocid();
	});
}

bool
ecs_index_metadata(struct ecs_index_reader *reader, const char *key,
    struct ecs_buf *value, struct ecs_err *err)
{
	if (!ecs::check_term(key, strlen(key), err))
		return false;
	return ecs::guard(
	    err, [&] { append(value, reader->db.get_metadata(key)); });
}

bool
ecs_index_frequency(struct ecs_index_reader *reader, const char *term,
    size_t len, uint32_t *documents, struct ecs_err *err)
{
	*documents = 0;
	if (!ecs::can_be_a_term(term, len))
		return true;
	return ecs::guard(err, [&] {
		*documents = reader->db.get_termfreq(std::string(term, len));
	});
}

void
ecs_postings_fini(struct ecs_postings *postings)
{
	free(postings->list);
	*postings = {};
}

bool
ecs_index_postings(struct ecs_index_reader *reader, const char *term,
    size_t len, struct ecs_postings *postings, ecs_stop *stop, void *user,
    struct ecs_err *err)
{
	if (len > 0 && !ecs::can_be_a_term(term, len))
		return true;
	return ecs::guard(err, [&] {
		const std::string name(term, len);
		size_t used = postings->len;
		auto end = reader->db.postlist_end(name);

		ecs::reserve(postings, used + reader->db.get_termfreq(name));
		for (auto at = reader->db.postlist_begin(name); at != end;
		     ++at) {
			if (used % ecs::STOP_EVERY == 0)
				ecs::ask_stop(stop, user);
			ecs::reserve(postings, used + 1);
			postings->list[used++] = {*at, at.get_wdf()};
		}
		postings->len = used;
	});
}

void
ecs_positions_fini(struct ecs_positions *positions)
{
	free(positions->list);
	*positions = {};
}

bool
ecs_index_positions(struct ecs_index_reader *reader, uint32_t docid,
    const char *term, size_t len, struct ecs_positions *positions,
    struct ecs_err *err)
{
	if (docid == 0 || !ecs::can_be_a_term(term, len))
		return true;
	return ecs::guard(err, [&] {
		const std::string name(term, len);
		size_t used = positions->len;
		auto end = reader->db.positionlist_end(docid, name);

		for (auto at = reader->db.positionlist_begin(docid, name);
		     at != end; ++at) {
			ecs::reserve(positions, used + 1);
			positions->list[used++] = *at;
		}
		positions->len = used;
	});
}

bool
ecs_index_terms(struct ecs_index_reader *reader, const char *prefix, size_t len,
    ecs_term_sink *sink, void *user, struct ecs_err *err)
{
	return ecs::guard(err, [&] {
		const std::string start(prefix, len);
		auto end = reader->db.allterms_end(start);

		for (auto at = reader->db.allterms_begin(start); at != end;
		     ++at) {
			const std::string term = *at;

			if (!sink(user, term.data(), term.size(),
				at.get_termfreq()))
				break;
		}
	});
}

bool
ecs_index_document_terms(struct ecs_index_reader *reader, uint32_t docid,
    ecs_term_sink *sink, void *user, struct ecs_err *err)
{
	return ecs::guard(err, [&] {
		if (docid == 0)
			throw Xapian::DocNotFoundError(
			    "documents count from 1");
		auto end = reader->db.termlist_end(docid);

		for (auto at = reader->db.termlist_begin(docid); at != end;
		     ++at) {
			const std::string term = *at;

			if (!sink(user, term.data(), term.size(), at.get_wdf()))
				break;
		}
	});
}

bool
ecs_index_values(struct ecs_index_reader *reader, uint32_t slot,
    ecs_value_sink *sink, void *user, struct ecs_err *err)
{
	return ecs::guard(err, [&] {
		auto end = reader->db.valuestream_end(slot);

		for (auto at = reader->db.valuestream_begin(slot); at != end;
		     ++at) {
			const std::string value = *at;

			if (!sink(user, at.get_docid(), value.data(),
				value.size()))
				break;
		}
	});
}

bool
ecs_index_data(struct ecs_index_reader *reader, uint32_t docid,
    struct ecs_buf *data, struct ecs_err *err)
{
	return ecs::guard(err, [&] {
		if (docid == 0)
			throw Xapian::DocNotFoundError(
			    "documents count from 1");
		append(data, reader->db.get_document(docid).get_data());
	});
}
