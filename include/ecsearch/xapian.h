/* SPDX-License-Identifier: ISC */
#ifndef ECS_XAPIAN_H
#define ECS_XAPIAN_H
/*
 * The index on disk, and the only room that knows the engine.  Plain data in,
 * plain data out; nothing the engine owns leaves a call.
 *
 * A reader sees the last commit made before it was opened or refreshed, and
 * belongs to one thread.  When the writer has overwritten what a reader still
 * looks at, a call fails with 503 "index_moved": refresh and ask again, all of
 * it.  There is one writer for a directory (503 "index_locked" otherwise).
 *
 * A *document* here is an index entry: a unit (a whole short document, or the
 * head or one passage of a long one).  Terms are opaque bytes, at most
 * ECS_TERM_BYTES and without NUL.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ecs_err;

enum {
	ECS_TERM_BYTES = 240,
	ECS_VALUE_BYTES = 65536,   /* in one slot of one document */
	ECS_DATA_BYTES = 64 << 20, /* stored with a document, or metadata */
};

/* ---- reading ---- */

struct ecs_index_reader;

/* Open the index at path for reading.  NULL and err on failure. */
struct ecs_index_reader *
ecs_index_reader_open(const char *path, struct ecs_err *err);
void ecs_index_reader_close(struct ecs_index_reader *reader); /* NULL allowed */
/* Move to the last commit; cheap (microseconds) when there is none new. */
bool ecs_index_refresh(struct ecs_index_reader *reader, struct ecs_err *err);
/* The engine's commit number that the reader sees. */
bool ecs_index_revision(
    struct ecs_index_reader *reader, uint64_t *revision, struct ecs_err *err);
bool ecs_index_counts(struct ecs_index_reader *reader, uint32_t *documents,
    uint32_t *last_docid, struct ecs_err *err);
/* Metadata stored under key, appended to value; "" when there is none. */
bool ecs_index_metadata(struct ecs_index_reader *reader, const char *key,
    struct ecs_buf *value, struct ecs_err *err);

struct ecs_posting {
	uint32_t docid; /* from 1 */
	uint32_t count; /* within-document frequency; 0 for Boolean terms */
};

/* A posting list; start it as {0}, free with ecs_postings_fini. */
struct ecs_postings {
	struct ecs_posting *list; /* ascending by docid */
	size_t len;
	size_t cap;
};
void ecs_postings_fini(struct ecs_postings *postings);

/*
 * Asked every few thousand postings by the long-running calls; true stops the
 * call, which then fails with 503 "cancelled".
 */
typedef bool ecs_stop(void *user);

/*
 * Append the postings of a term (none when the index lacks it).  The empty term
 * stands for every document, with count 1.
 */
bool ecs_index_postings(struct ecs_index_reader *reader, const char *term,
    size_t len, struct ecs_postings *postings, ecs_stop *stop, void *user,
    struct ecs_err *err);

/* How many documents have the term; 0 when the index lacks it. */
bool ecs_index_frequency(struct ecs_index_reader *reader, const char *term,
    size_t len, uint32_t *documents, struct ecs_err *err);

struct ecs_term {
	const char *text;
	size_t len;
};

/*
 * Append to postings the documents in which the n terms (2 or more) stand at
 * positions in this order, all within window positions (window == n: side by
 * side); unordered: in any order.  No two of them share a position.  count is
 * the number of places, that is of positions at which such a group begins.
 */
bool
ecs_index_phrase(struct ecs_index_reader *reader, const struct ecs_term *terms,
    size_t n, uint32_t window, bool ordered, struct ecs_postings *postings,
    ecs_stop *stop, void *user, struct ecs_err *err);

/* Words side by side; commonly one. */
struct ecs_near_run {
	const struct ecs_term *terms;
	size_t n;
};
/* What stands at one of the places: any of these runs. */
struct ecs_near_group {
	const struct ecs_near_run *runs;
	size_t n;
};
/*
 * The same of groups (1 or more), each standing where any of its runs does:
 * all of the runs within window positions; ordered: each begins after the one
 * before has ended; unordered: no two of them begin at one position.
 */
bool ecs_index_near(struct ecs_index_reader *reader,
    const struct ecs_near_group *groups, size_t n, uint32_t window,
    bool ordered, struct ecs_postings *postings, ecs_stop *stop, void *user,
    struct ecs_err *err);

/* Append the positions of term in a document, ascending. */
struct ecs_positions {
	uint32_t *list;
	size_t len;
	size_t cap;
};
void ecs_positions_fini(struct ecs_positions *positions);
bool ecs_index_positions(struct ecs_index_reader *reader, uint32_t docid,
    const char *term, size_t len, struct ecs_positions *positions,
    struct ecs_err *err);

/* Called for each term in byte order; false ends the walk (no failure). */
typedef bool
ecs_term_sink(void *user, const char *term, size_t len, uint32_t documents);
/* Walk the terms that begin with prefix (all with len 0). */
bool ecs_index_terms(struct ecs_index_reader *reader, const char *prefix,
    size_t len, ecs_term_sink *sink, void *user, struct ecs_err *err);
/* Walk the terms of one document; documents is its within-document count. */
bool ecs_index_document_terms(struct ecs_index_reader *reader, uint32_t docid,
    ecs_term_sink *sink, void *user, struct ecs_err *err);

/* Called for each document that has a value in slot, by docid. */
typedef bool
ecs_value_sink(void *user, uint32_t docid, const void *value, size_t len);
bool ecs_index_values(struct ecs_index_reader *reader, uint32_t slot,
    ecs_value_sink *sink, void *user, struct ecs_err *err);

/* Append the data stored with a document; 404 "no_document" if it is gone. */
bool ecs_index_data(struct ecs_index_reader *reader, uint32_t docid,
    struct ecs_buf *data, struct ecs_err *err);

/* ---- writing ---- */

struct ecs_index_entry; /* a document being built; one thread's at a time */

struct ecs_index_entry *ecs_index_entry_new(struct ecs_err *err);
void ecs_index_entry_free(struct ecs_index_entry *entry); /* NULL allowed */
/* Count the term once more, at this position (from 1). */
bool ecs_index_entry_posting(struct ecs_index_entry *entry, const char *term,
    size_t len, uint32_t position, struct ecs_err *err);
/* Count the term count times more, without a position; 0: a Boolean term. */
bool ecs_index_entry_term(struct ecs_index_entry *entry, const char *term,
    size_t len, uint32_t count, struct ecs_err *err);
/* An empty value is none. */
bool ecs_index_entry_value(struct ecs_index_entry *entry, uint32_t slot,
    const void *value, size_t len, struct ecs_err *err);
bool ecs_index_entry_data(struct ecs_index_entry *entry, const void *data,
    size_t len, struct ecs_err *err);

/* Walk its terms in byte order; documents is the term's count in it. */
bool ecs_index_entry_terms(const struct ecs_index_entry *entry,
    ecs_term_sink *sink, void *user, struct ecs_err *err);

struct ecs_index_writer;

/*
 * Open (create if absent) the index at path for writing.  Any failure of a
 * writer's call but a refused argument (under 500) means that all since the
 * last commit is lost: close, open again, replay; until then every call fails
 * with 500 "writer_lost".  close without commit drops what is pending.
 */
struct ecs_index_writer *
ecs_index_writer_open(const char *path, struct ecs_err *err);
void ecs_index_writer_close(struct ecs_index_writer *writer); /* NULL allowed */
/* Put an entry at docid, replacing what is there; entry stays the caller's. */
bool ecs_index_put(struct ecs_index_writer *writer, uint32_t docid,
    const struct ecs_index_entry *entry, struct ecs_err *err);
/* Remove a document; one that is not there is no failure. */
bool ecs_index_remove(
    struct ecs_index_writer *writer, uint32_t docid, struct ecs_err *err);
bool ecs_index_put_metadata(struct ecs_index_writer *writer, const char *key,
    const void *value, size_t len, struct ecs_err *err);
/*
 * Make everything since the last commit durable and visible at once, directory
 * included.  *revision (may be NULL) becomes the new commit number.
 */
bool ecs_index_commit(
    struct ecs_index_writer *writer, uint64_t *revision, struct ecs_err *err);

/*
 * Verify the structure of the index at path; report is appended to.  500
 * "index_damaged" when there are faults.  Call it between commits.
 */
bool
ecs_index_check(const char *path, struct ecs_buf *report, struct ecs_err *err);
/*
 * Write a compacted copy of the last commit of the index at from into a new
 * directory to (409 "exists" if it is there); documents keep their numbers, the
 * revision starts again.  What a failure leaves at to is no index.
 */
bool ecs_index_compact(const char *from, const char *to, struct ecs_err *err);
/* "1.4.22" */
const char *ecs_index_engine_version(void);

#ifdef __cplusplus
}
#endif
#endif
