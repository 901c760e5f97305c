/* SPDX-License-Identifier: ISC */
#ifndef ECS_INDEX_STORE_H
#define ECS_INDEX_STORE_H
/*
 * What the files of this room share.  Everything of a collection's state but
 * what is published in views belongs to the writer thread.
 */
#include <pthread.h>

#include "ecsearch/index.h"
#include "ecsearch/lexicon.h"
#include "ecsearch/records.h"
#include "ecsearch/text.h"
#include "ecsearch/xapian.h"

/* Text bytes after which a batch or a slice of a replay is committed. */
enum { BATCH_BYTES = 8 << 20, QUEUE_BYTES = 64 << 20 };

/* One generation of a collection's index, open for writing. */
struct shelf {
	const struct ecs_collection *collection;
	struct ecs_generation *generation;
	struct ecs_index_writer *writer;
	struct ecs_table *table;     /* goes with the last commit */
	struct ecs_draft *draft;     /* of what is being written; or NULL */
	struct ecs_lexicon *lexicon; /* goes with the last commit */
	struct ecs_lexicon_draft *brought; /* new words since */
	uint32_t changed; /* units, since the lexicon was read whole */
	uint32_t next_docid;
	uint64_t engine_revision;
	uint64_t sequence; /* of the records that the index has */
};

struct state {
	const struct ecs_collection *collection;
	int records;
	struct shelf shelf;
	bool behind; /* durable writes are not yet indexed */
};

/*
 * Work for the writer thread, on the stack of whoever waits for it: a batch,
 * else a call, else the rebuild of a collection.
 */
struct job {
	struct job *next;
	struct ecs_batch *batch;
	bool (*call)(struct ecs_store *store, void *user, struct ecs_err *err);
	void *user;
	int rebuild; /* FOLLOW_WORDS: until the words are in effect */
	enum ecs_wait wait;
	bool done;
	bool ok;
	struct ecs_err err;
	pthread_cond_t changed;
};

enum { FOLLOW_WORDS = -1 };

struct rebuild;
struct renewal;

struct ecs_store {
	char directory[400];
	int lock;
	struct ecs_schema *opened;     /* the schema it was opened with */
	struct ecs_lore *lore;         /* what is published, or will be */
	struct ecs_lore_maker maker;   /* make is NULL: nobody has a part */
	struct ecs_collator *collator; /* of sort keys */
	pthread_mutex_t collator_mutex;
	struct ecs_records *records;
	struct state states[ECS_MAX_COLLECTIONS];
	int nstates;

	pthread_mutex_t view_mutex;
	struct ecs_view *view; /* the newest; one reference is ours */
	struct ecs_view *live; /* all that are referenced */

	pthread_t thread;
	bool started;
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t wake;
	struct job *first;
	struct job *last;
	size_t queued_bytes;
	size_t bytes_since_trim;
	bool stopping;
	bool read_words; /* the files are to be read again */
	struct ecs_store_stats stats;

	/* The writer thread's own. */
	struct ecs_analyzer *analyzer;
	struct ecs_detector *detector;
	struct ecs_record_reader *reader;
	struct rebuild *rebuild; /* under way, or NULL */
	struct renewal *renewal; /* it is a part of; or NULL */
	bool renewal_failed;     /* waits for somebody to ask again */
	struct job *followers;   /* wait until the words are in effect */
};

/* ---- generation.c: the directory of an index ---- */

void ecs_generation_path(const struct ecs_store *store,
    const struct state *state, unsigned number, char *path, size_t size);
/* With a term set that is empty; nothing is made on disk. */
struct ecs_generation *ecs_generation_new(const struct ecs_store *store,
    const struct state *state, unsigned number, struct ecs_err *err);
struct ecs_generation *ecs_generation_ref(struct ecs_generation *generation);
void ecs_generation_unref(struct ecs_generation *generation);
/* Remove a directory of plain files. */
void ecs_remove_directory(const char *path);

/* ---- shelf.c: one index directory, written ---- */

/* Make or open generation number of the collection and load its columns. */
bool ecs_shelf_open(struct ecs_store *store, const struct state *state,
    unsigned number, struct shelf *shelf, struct ecs_err *err);
void ecs_shelf_close(struct shelf *shelf); /* drops what is not committed */
/* Put one document; units are not kept. */
bool ecs_shelf_put(struct shelf *shelf, uint32_t row, const struct ecs_doc *doc,
    const struct ecs_units *units, struct ecs_err *err);
bool ecs_shelf_remove(struct shelf *shelf, uint32_t row, struct ecs_err *err);
/*
 * Commit with sequence in the metadata.  After true, shelf->table,
 * lexicon and engine_revision go together and should be published at once.
 */
bool
ecs_shelf_commit(struct shelf *shelf, uint64_t sequence, struct ecs_err *err);
/* Does the index fit the records, schema, analysis and engine of today? */
bool ecs_shelf_fits(const struct ecs_store *store, struct shelf *shelf,
    const struct ecs_collection *collection, bool *fits, struct ecs_err *err);

/* Say in the index what it was made of and with. */
bool ecs_shelf_label(const struct ecs_store *store, struct shelf *shelf,
    const struct ecs_collection *collection, const struct ecs_words *words,
    struct ecs_err *err);

/* ---- loading.c: one index directory, read at opening ---- */

/* Fill table, term set and lexicon, which are empty; know the sequence. */
bool ecs_shelf_load(struct shelf *shelf, struct ecs_err *err);

/* ---- listing.c: the words of a shelf ---- */

/* Add the word to the draft if the term is one of an open text place. */
bool ecs_listing_add(struct ecs_lexicon_draft *draft,
    const struct ecs_collection *collection, const char *term, size_t len,
    uint32_t documents, struct ecs_err *err);
/* The draft has all words of the index. */
bool ecs_listing_begin(
    struct shelf *shelf, struct ecs_lexicon_draft *draft, struct ecs_err *err);
/* Note what the term set does not know yet: before it is told. */
bool ecs_listing_note(
    struct shelf *shelf, const struct ecs_units *units, struct ecs_err *err);
/* Make the lexicon of the commit just made. */
bool ecs_listing_commit(struct shelf *shelf, struct ecs_err *err);

/* ---- replay.c: from the records into the index ---- */

/* Bring the shelf up to the records; commits in slices. */
bool ecs_replay(struct ecs_store *store, struct state *state,
    struct shelf *shelf, struct ecs_analyzer *analyzer, struct ecs_err *err);
/* Index one record as it is; one that no longer fits the schema is left out. */
bool ecs_replay_record(struct ecs_store *store, struct state *state,
    struct shelf *shelf, struct ecs_analyzer *analyzer,
    const struct ecs_record *record, struct ecs_err *err);
/* Drop the writer, open it again, reload, replay. */
bool
ecs_recover(struct ecs_store *store, struct state *state, struct ecs_err *err);
/* ---- rebuild.c ---- */

/* Open a collection at start: what is on disk, replayed or rebuilt. */
bool ecs_state_open(
    struct ecs_store *store, struct state *state, struct ecs_err *err);

/* A rebuild is done in steps, between which the writer serves others. */
bool ecs_rebuild_begin(struct ecs_store *store, int collection, struct job *job,
    struct ecs_err *err);
/* Do some; ends the job when done or failed. */
void ecs_rebuild_step(struct ecs_store *store);
void ecs_rebuild_abandon(struct ecs_store *store);
/* Begin to rebuild everything if the words in effect are not those wanted. */
void ecs_renewal_check(struct ecs_store *store);
/* What is being built follows the states to another schema. */
void ecs_rebuild_rebind(struct ecs_store *store);
/* Finish the job once they are. */
void ecs_renewal_follow(struct ecs_store *store, struct job *job);
/* Deletions after this sequence may still be needed for a replay. */
uint64_t ecs_rebuild_floor(const struct ecs_store *store);

/* Publish a transaction that changed no document. */
bool ecs_publish_sequence(
    struct ecs_store *store, uint64_t sequence, struct ecs_err *err);

/* ---- lore.c ---- */

/* Read files and records; schema is taken over, also on failure. */
bool ecs_lore_open(
    struct ecs_store *store, struct ecs_schema *schema, struct ecs_err *err);
/* A new revision when answers may differ from what the last run gave. */
bool ecs_lore_settle(struct ecs_store *store, struct ecs_err *err);
/* What ecs_store_read_words asked for. */
void ecs_lore_read_again(struct ecs_store *store);
/* Lore of today with words made of stems (NULL: none). */
struct ecs_lore *
ecs_lore_with(struct ecs_store *store, const char *stems, struct ecs_err *err);
/* Lore and an analyzer of its words, both taken over, are the store's now. */
void ecs_lore_take(struct ecs_store *store, struct ecs_lore *lore,
    struct ecs_analyzer *analyzer);
struct ecs_lore *ecs_lore_ref(struct ecs_lore *lore);
void ecs_lore_unref(struct ecs_lore *lore); /* NULL is allowed */

/* Keep json (NULL: nothing) under a setting, and publish what follows. */
bool ecs_lore_change(struct ecs_store *store, const char *setting,
    const char *json, bool schema, struct ecs_err *err);

/* ---- vocabulary.c ---- */

/* The name of the setting that holds what was put instead. */
void ecs_vocabulary_setting(const char *name, char *setting, size_t size);
/* Put what was put into a schema just read; it stays if that does not fit. */
bool ecs_vocabulary_open(
    struct ecs_store *store, struct ecs_schema **schema, struct ecs_err *err);
/* Files and what was put, as they are now. */
struct ecs_schema *ecs_vocabulary_schema(struct ecs_store *store,
    const struct ecs_schema *like, struct ecs_err *err);
/* Check a document that was checked before the vocabularies changed again. */
bool
ecs_vocabulary_check_again(struct ecs_store *store, struct ecs_write *write);
/* 409 when the index does not fit the schema, or an id in use would go. */
bool ecs_vocabulary_check(const struct ecs_store *store,
    const struct ecs_schema *schema, struct ecs_err *err);

/* ---- view.c ---- */

/* Publish what the states now hold as a new view of this revision. */
bool
ecs_publish(struct ecs_store *store, uint64_t revision, struct ecs_err *err);
/* The oldest revision that a live view reads. */
uint64_t ecs_oldest_view(struct ecs_store *store);

/* ---- writer.c ---- */

void *ecs_writer_main(void *store);

/* ---- queue.c ---- */

/* Wake who waits for the job; err (may be NULL) is copied. */
void ecs_job_finish(struct ecs_store *store, struct job *job, bool ok,
    const struct ecs_err *err);
/* Run call on the writer thread and wait. */
bool ecs_store_call(struct ecs_store *store,
    bool (*call)(struct ecs_store *, void *, struct ecs_err *), void *user,
    struct ecs_err *err);
#endif
