/* SPDX-License-Identifier: ISC */
#ifndef ECS_INDEX_H
#define ECS_INDEX_H
/*
 * The store: a document's way in, and the views that searches read.
 *
 * One writer thread does every change: a batch becomes one SQLite transaction
 * (durable), then index entries and columns, then one index commit, then a new
 * view is published (visible).  What waits while one batch commits is the next
 * batch.  Any failure of the index after that is repaired by replaying the
 * records from the sequence that the index has in its metadata.
 *
 * A view is immutable and counted by reference.  A session is what one thread
 * needs to work with views.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/buf.h"
#include "ecsearch/columns.h"
#include "ecsearch/doc.h"
#include "ecsearch/err.h"
#include "ecsearch/schema.h"

struct ecs_analyzer;
struct ecs_detector;
struct ecs_index_reader;
struct ecs_lexicon;
struct ecs_record_reader;
struct ecs_records;
struct ecs_store;

/* ---- words as data ---- */

/*
 * What is said of words in data: a JSON file beside the schema, which need not
 * be there ("synonyms.json"), or what was put instead of it, which is kept with
 * the records.
 */
enum ecs_word_data { ECS_SYNONYMS, ECS_STOPWORDS, ECS_STEMS, ECS_WORD_DATA };

struct ecs_word_text {
	char *json;       /* as it was given; NULL: none */
	char source[256]; /* what errors call it */
	bool put;         /* else from the file */
};

/* The schema and all that is known of words; immutable, counted. */
struct ecs_lore {
	atomic_int refs;
	struct ecs_schema *schema;
	struct ecs_words *words;
	char *stems; /* the exceptions that words and indexes are made with */
	struct ecs_word_text data[ECS_WORD_DATA]; /* as wanted */
	void *meaning; /* what the asking side has made of it; or NULL */
	void (*free_meaning)(void *meaning);
};

/* Are other stem exceptions wanted than are in effect yet? */
bool ecs_lore_is_behind(const struct ecs_lore *lore);

/* How the asking side makes its part of new lore: on the writer thread. */
struct ecs_lore_maker {
	void *(*make)(
	    void *user, const struct ecs_lore *lore, struct ecs_err *err);
	void (*free)(void *meaning);
	void *user;
};

/* "synonyms" */
const char *ecs_word_data_name(enum ecs_word_data which);

/* ---- views ---- */

/* Index generation: the directory and what belongs to it; counted. */
struct ecs_generation {
	atomic_int refs;
	char path[512];
	unsigned number;
	struct ecs_termset *terms;
	bool abandoned; /* private: remove the directory with the last reference
			 */
};

/* One collection in a view. */
struct ecs_view_collection {
	const struct ecs_collection *collection;
	int records; /* the collection's number in the records */
	struct ecs_table *table;
	struct ecs_lexicon *lexicon; /* goes with table */
	struct ecs_generation *generation;
	uint64_t engine_revision; /* the index commit that goes with table */
	/*
	 * Of the records that index and columns have reached: the view's
	 * revision, unless this collection is behind.
	 */
	uint64_t sequence;
};

struct ecs_view {
	atomic_int refs;
	struct ecs_store *store;
	struct ecs_lore *lore;
	const struct ecs_schema *schema; /* of the lore */
	/* The revision of answers: of the newest records that are searched. */
	uint64_t revision;
	int64_t published; /* seconds since 1970 UTC */
	struct ecs_view_collection collections[ECS_MAX_COLLECTIONS];
	int ncollections;
	struct ecs_view *next; /* private: list of live views */
};

/* The newest view, one reference more; never NULL once the store is open. */
struct ecs_view *ecs_store_view(struct ecs_store *store);
void ecs_view_unref(struct ecs_view *view); /* NULL is allowed */
/* Index of a collection by name, or -1. */
int ecs_view_find(const struct ecs_view *view, const char *name);

/* ---- the store ---- */

/*
 * Open the data directory (created if absent), bring the index up to the
 * records (replay, or rebuild what is missing, damaged or of another schema),
 * and start the writer.  Takes the schema over, also on failure.
 */
struct ecs_store *ecs_store_open(
    const char *directory, struct ecs_schema *schema, struct ecs_err *err);
/* Finish what is queued, close everything.  NULL is allowed. */
void ecs_store_close(struct ecs_store *store);
/* The schema it was opened with; a view has today's. */
const struct ecs_schema *ecs_store_schema(const struct ecs_store *store);
struct ecs_records *ecs_store_records(struct ecs_store *store);
const char *ecs_store_directory(const struct ecs_store *store);

/* ---- writing ---- */

enum ecs_write_kind { ECS_WRITE_PUT, ECS_WRITE_DELETE };

/* How long a write is waited for. */
enum ecs_wait { ECS_WAIT_VISIBLE, ECS_WAIT_DURABLE };

#define ECS_ANY_SEQUENCE UINT64_C(0)
#define ECS_NO_DOCUMENT UINT64_MAX

struct ecs_write {
	enum ecs_write_kind kind;
	int collection;         /* index in the view */
	struct ecs_doc *doc;    /* of a PUT; the batch's */
	struct ecs_units units; /* of a PUT; empty: the writer analyses */
	const char *id;         /* of a DELETE; the caller's */
	size_t id_len;
	/*
	 * The write happens only if the document is of this sequence, else
	 * 412; ECS_ANY_SEQUENCE for no condition, ECS_NO_DOCUMENT if there
	 * must be none yet.
	 */
	uint64_t expected;
	/* There must be one: else a DELETE fails with 404, a PUT with 412. */
	bool must_exist;
	/* The outcome: */
	bool created;
	bool found;
	uint32_t row;
	struct ecs_err err; /* status 0: done */
};

/*
 * Writes that are made durable together when atomic (all or none: one that
 * fails undoes the rest); else each stands alone.
 */
struct ecs_batch {
	struct ecs_write *writes;
	size_t n;
	size_t cap;
	size_t bytes; /* of text, for bounds */
	bool atomic;
	uint64_t revision; /* out: the sequence it was given */
};

/*
 * Add a write (zeroed but for kind); NULL when memory ran out.  The pointer is
 * valid until the next one is added.
 */
struct ecs_write *ecs_batch_add(
    struct ecs_batch *batch, enum ecs_write_kind kind, int collection);
/* Frees documents and units too. */
void ecs_batch_fini(struct ecs_batch *batch);

/*
 * Hand a batch to the writer and wait.  False when nothing of it was stored
 * (err says why; an atomic batch that failed is told in its writes); true when
 * it is as durable or visible as asked, each write with its own outcome.  When
 * it is durable but could not be made visible, err is 503 "not_yet_visible".
 */
bool ecs_store_write(struct ecs_store *store, struct ecs_batch *batch,
    enum ecs_wait wait, struct ecs_err *err);

/*
 * Rebuild a collection (-1: all) beside the old and swap, while writing and
 * searching go on.  Returns when it is done.
 */
bool
ecs_store_rebuild(struct ecs_store *store, int collection, struct ecs_err *err);

/*
 * Compare records and index of every collection and check their files; adds
 * one line a finding to report.  True when all is well.
 */
bool ecs_store_check(
    struct ecs_store *store, struct ecs_buf *report, struct ecs_err *err);
/* A consistent copy of the records into an empty or new directory. */
bool ecs_store_backup(
    struct ecs_store *store, const char *directory, struct ecs_err *err);

/* ---- changing what is known of words ---- */

/* From now on the maker has a part in all lore, today's too. */
bool ecs_store_set_maker(struct ecs_store *store,
    const struct ecs_lore_maker *maker, struct ecs_err *err);
/*
 * Put json (NULL: again the file) and publish what follows from it.  What is
 * wrong with it is a 4xx, and nothing has changed then.  Other stem exceptions
 * begin a rebuild of everything, and are in effect when it is done.
 */
bool ecs_store_put_words(struct ecs_store *store, enum ecs_word_data which,
    const char *json, struct ecs_err *err);
/*
 * The same of a vocabulary of the schema.  409 "in_use" when a document carries
 * an id that would go, 409 "schema_changed" when the index would not fit.
 */
bool ecs_store_put_vocabulary(struct ecs_store *store, const char *name,
    const char *json, struct ecs_err *err);
/* Wait until the stem exceptions that are wanted are in effect. */
bool ecs_store_follow_words(struct ecs_store *store, struct ecs_err *err);
/* Soon read the files again and publish what follows; the log says how it
 * went.  Waits for nothing. */
void ecs_store_read_words(struct ecs_store *store);

struct ecs_store_stats {
	uint64_t batches;
	uint64_t writes;
	uint64_t recoveries; /* times the index had to be replayed */
	size_t queued_bytes;
	uint64_t records_sequence;
	uint64_t revision;
};
void
ecs_store_get_stats(struct ecs_store *store, struct ecs_store_stats *stats);

/* ---- sessions ---- */

/* What one thread needs to read: readers follow the view, words are its own. */
struct ecs_session {
	struct ecs_store *store;
	struct ecs_view *view;         /* between begin and end */
	struct ecs_lore *kept;         /* of the view it began with; or NULL */
	struct ecs_words *words;       /* of the analyzer */
	struct ecs_analyzer *analyzer; /* of the view's words */
	struct ecs_detector *detector;
	struct ecs_record_reader *records;
	struct {
		struct ecs_index_reader *reader;
		unsigned generation;
		uint64_t revision;
	} open[ECS_MAX_COLLECTIONS];
};

struct ecs_session *
ecs_session_new(struct ecs_store *store, struct ecs_err *err);
void ecs_session_free(struct ecs_session *session); /* NULL is allowed */
/* Take the newest view.  False, and none taken, when memory ran out. */
bool ecs_session_begin(struct ecs_session *session, struct ecs_err *err);
/*
 * Take the newest view instead of the one in hand, of which what was read may
 * still be used: its schema and meaning are held to the end.
 */
bool ecs_session_renew(struct ecs_session *session, struct ecs_err *err);
void ecs_session_end(struct ecs_session *session);
/*
 * The index reader of a collection, at exactly the view's revision; 503
 * "index_moved" when the index has moved past the view: end, begin, repeat.
 */
struct ecs_index_reader *ecs_session_reader(
    struct ecs_session *session, int collection, struct ecs_err *err);

/* Analyse a document with the session's words. */
bool ecs_session_units(struct ecs_session *session, const struct ecs_doc *doc,
    struct ecs_units *units, struct ecs_err *err);

/* ---- lines of a bulk body ---- */

enum ecs_feed_format { ECS_FEED_JSON, ECS_FEED_NDJSON, ECS_FEED_CSV };

/* One line (or array element): a document, a deletion, or what is wrong. */
struct ecs_feed_item {
	uint32_t line; /* 1-based line of NDJSON and CSV, element of JSON */
	struct ecs_doc *doc; /* the receiver's; NULL for a deletion or error */
	const char *delete_id; /* borrowed for the call */
	const char *id; /* when it could be read, for reports; borrowed */
	const struct ecs_err *err; /* NULL when all is well */
	size_t bytes;
};
typedef bool ecs_feed_sink(void *user, const struct ecs_feed_item *item);

/*
 * Read a whole body and give each item to sink; false from sink stops.  Only
 * a body that cannot be read at all (no JSON, CSV without header) fails.
 */
bool ecs_feed(const struct ecs_collection *collection,
    enum ecs_feed_format format, const char *body, size_t len,
    ecs_feed_sink *sink, void *user, struct ecs_err *err);
#endif
