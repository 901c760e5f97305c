/* SPDX-License-Identifier: ISC */
#ifndef ECS_RECORDS_H
#define ECS_RECORDS_H
/*
 * The records: documents as they were given, and everything else that must not
 * be lost, in one SQLite file (WAL, synchronous FULL).  The index is derived
 * from them.
 *
 * One struct ecs_records writes (and alone checkpoints); it belongs to the
 * writer thread, but for the calls marked "any thread".  Each reading thread
 * opens its own struct ecs_record_reader.
 *
 * Every committed transaction has a sequence number, from 1 up.  A row carries
 * the sequence that wrote it.  What a transaction replaces or deletes is kept
 * aside until no reader of an older sequence is left (ecs_records_trim), so a
 * search that ranked with the index of sequence S reads the documents of S.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_buf;
struct ecs_err;
struct ecs_records;

/* ---- the file ---- */

/*
 * Open (create if absent) the file at path.  A damaged file is an error, 500
 * "records_damaged", never repaired or emptied.  NULL and err on failure.
 */
struct ecs_records *ecs_records_open(const char *path, struct ecs_err *err);
/* Checkpoints.  NULL is allowed. */
void ecs_records_close(struct ecs_records *records);
/* Random at creation, 32 hex digits; any thread. */
const char *ecs_records_instance(const struct ecs_records *records);
/* Sequence of the last committed transaction. */
uint64_t ecs_records_sequence(const struct ecs_records *records);
/* The small number that stands for a collection, from 1; made at first use, and
 * then better outside a transaction, which could be rolled back. */
bool ecs_records_collection(struct ecs_records *records, const char *name,
    int *collection, struct ecs_err *err);

/* ---- writing: the writer thread, inside a transaction ---- */

/* *sequence is the number the transaction will have when committed. */
bool ecs_records_begin(
    struct ecs_records *records, uint64_t *sequence, struct ecs_err *err);
/* Durable when it returns true. */
bool ecs_records_commit(struct ecs_records *records, struct ecs_err *err);
/* Undo everything since begin; harmless outside a transaction. */
void ecs_records_rollback(struct ecs_records *records);

/* A document as stored.  Borrowed from the reader or records until its next
 * call; json and hit are compact, valid JSON objects. */
struct ecs_record {
	int collection;
	uint32_t number; /* the document's row: dense from 0 in a collection */
	uint64_t sequence; /* that wrote it */
	const char *id;
	size_t id_len;
	const char *json; /* as given */
	size_t json_len;
	const char *hit; /* what a hit shows; NULL when that is json itself */
	size_t hit_len;
	bool deleted; /* only from ecs_records_changes */
};

/*
 * Store a document under its id.  hit may be NULL.  *number is the row it has
 * (a new one gets the lowest free number that no reader can still see, or the
 * next); *created says whether it was new.
 */
bool
ecs_records_put(struct ecs_records *records, int collection, const char *id,
    size_t id_len, const char *json, size_t json_len, const char *hit,
    size_t hit_len, uint32_t *number, bool *created, struct ecs_err *err);
/* Delete by id.  *found says whether it was there; *number what it had. */
bool
ecs_records_delete(struct ecs_records *records, int collection, const char *id,
    size_t id_len, uint32_t *number, bool *found, struct ecs_err *err);
/* The document as of now, pending changes included; *found may be false. */
bool
ecs_records_find(struct ecs_records *records, int collection, const char *id,
    size_t id_len, struct ecs_record *record, bool *found, struct ecs_err *err);
/*
 * Forget what was kept aside for readers of sequences below oldest.  Its own
 * transaction; call between others.
 */
bool ecs_records_trim(
    struct ecs_records *records, uint64_t oldest, struct ecs_err *err);

/* Called for each record; false stops the walk (no failure). */
typedef bool ecs_record_sink(void *user, const struct ecs_record *record);
/*
 * Walk the changes of a collection after sequence since, oldest first: each
 * changed document once, as it is now; deleted ones with number, id, sequence
 * and deleted set.  About limit (0: all): the walk goes on to the end of a
 * transaction, so that the last sequence seen is where the next walk starts.
 * The sink may read but not write.
 */
bool
ecs_records_changes(struct ecs_records *records, int collection, uint64_t since,
    uint32_t limit, ecs_record_sink *sink, void *user, struct ecs_err *err);
/*
 * Deletions are remembered for replay until the index has them on disk: forget
 * those of collection up to sequence.  Its own transaction; call between
 * others.
 */
bool ecs_records_forget_deletions(struct ecs_records *records, int collection,
    uint64_t sequence, struct ecs_err *err);

/* Small named values kept with the records (schema fingerprint, generation). */
bool ecs_records_get_setting(struct ecs_records *records, const char *name,
    char *value, size_t size, struct ecs_err *err); /* "" when unset */
/* The same of any length, appended to value. */
bool ecs_records_read_setting(struct ecs_records *records, const char *name,
    struct ecs_buf *value, struct ecs_err *err);
bool ecs_records_put_setting(struct ecs_records *records, const char *name,
    const char *value, struct ecs_err *err); /* in or out of a transaction */

/*
 * Leave no trace in the file and its log of what was deleted, once trimmed and
 * forgotten.  Call between transactions; 503 "records_busy" when a walk of some
 * reader stands in its way.
 */
bool ecs_records_scrub(struct ecs_records *records, struct ecs_err *err);

/* A consistent copy into a new file (VACUUM INTO), for backup; no batch waits
 * for it.  Any thread, as is the check. */
bool ecs_records_copy(
    struct ecs_records *records, const char *path, struct ecs_err *err);
/* quick_check of the file; a finding is an error 500 "records_damaged". */
bool ecs_records_check(struct ecs_records *records, struct ecs_err *err);

/* ---- reading: one reader a thread ---- */

struct ecs_record_reader;

/* records is borrowed and must outlive the reader. */
struct ecs_record_reader *
ecs_record_reader_open(const struct ecs_records *records, struct ecs_err *err);
void ecs_record_reader_close(struct ecs_record_reader *reader);
/*
 * The document as it was when sequence was the last transaction (UINT64_MAX:
 * as it is now).  *found is false when there was none.
 */
bool ecs_record_by_id(struct ecs_record_reader *reader, int collection,
    const char *id, size_t id_len, uint64_t sequence, struct ecs_record *record,
    bool *found, struct ecs_err *err);
bool ecs_record_by_number(struct ecs_record_reader *reader, int collection,
    uint32_t number, uint64_t sequence, struct ecs_record *record, bool *found,
    struct ecs_err *err);
/* The same, but json is left NULL where there is a hit: a long document is then
 * not read for the sake of a short one. */
bool ecs_record_hit_by_number(struct ecs_record_reader *reader, int collection,
    uint32_t number, uint64_t sequence, struct ecs_record *record, bool *found,
    struct ecs_err *err);
/* Walk a collection as it is now, by number from after on (-1: all). */
bool
ecs_record_scan(struct ecs_record_reader *reader, int collection, int64_t after,
    uint32_t limit, ecs_record_sink *sink, void *user, struct ecs_err *err);

/*
 * ---- keys: any thread (guarded inside) ----
 *
 * Finding and listing wait for no batch.  A change waits until the transaction
 * being written is over, and may not be made inside one.
 */

/*
 * A key is told from its digest: keyed BLAKE2b (libsodium crypto_generichash)
 * of the secret, under a key kept in this file.  The secret itself is not kept.
 */
struct ecs_key {
	char id[24];      /* public handle: "k_" and random letters */
	char name[64];    /* what people call it */
	char rights[256]; /* space separated: search desk write:members admin */
	char filter[512]; /* embedded filter expression; "" for none */
	char origins[512]; /* space separated allowed origins; "" for any */
	int64_t created;   /* seconds since 1970 UTC */
	int64_t expires;   /* the same; 0: never */
	uint32_t rate;     /* requests a minute; 0: the default of its kind */
};

/*
 * Make a key; id, created are filled in.  secret (at least 48 bytes) gets the
 * only readable copy: "ecs_" and 43 letters of base64url (256 random bits).
 */
bool ecs_key_create(struct ecs_records *records, struct ecs_key *key,
    char *secret, size_t size, struct ecs_err *err);
/* The key a secret belongs to.  *found is false for an unknown one; an
 * expired one is found. */
bool ecs_key_find(struct ecs_records *records, const char *secret, size_t len,
    struct ecs_key *key, bool *found, struct ecs_err *err);
bool ecs_key_update(struct ecs_records *records, const struct ecs_key *key,
    bool *found, struct ecs_err *err);
bool ecs_key_delete(struct ecs_records *records, const char *id, bool *found,
    struct ecs_err *err);
typedef bool ecs_key_sink(void *user, const struct ecs_key *key);
bool ecs_key_list(struct ecs_records *records, ecs_key_sink *sink, void *user,
    struct ecs_err *err);

/*
 * ---- tasks: work promised with 202; any thread (guarded inside) ----
 *
 * Reading waits for no batch and does not see it.  A change waits; made by the
 * writer thread inside its transaction, it is part of that.
 */

enum ecs_task_state {
	ECS_TASK_WAITING, /* payload stored, not begun */
	ECS_TASK_DONE,
	ECS_TASK_FAILED
};

/*
 * payload is whatever the maker needs to do the work again after a restart;
 * it is dropped when the task is finished.  kind and result are the maker's.
 */
bool ecs_task_create(struct ecs_records *records, const char *kind,
    const void *payload, size_t len, char id[24], struct ecs_err *err);
/* result is a JSON object.  404 "unknown_task" for one that is not there. */
bool ecs_task_finish(struct ecs_records *records, const char *id,
    enum ecs_task_state state, const char *result, struct ecs_err *err);
struct ecs_task {
	char id[24];
	char kind[64];
	enum ecs_task_state state;
	int64_t created;
	int64_t finished;    /* 0 while waiting */
	const char *result;  /* "" while waiting; borrowed for the call */
	const void *payload; /* NULL once finished; borrowed for the call */
	size_t payload_len;
};
typedef void ecs_task_sink(void *user, const struct ecs_task *task);
bool ecs_task_get(struct ecs_records *records, const char *id, bool *found,
    ecs_task_sink *sink, void *user, struct ecs_err *err);
/* The waiting tasks, oldest first, for taking up work after a restart. */
bool ecs_task_waiting(struct ecs_records *records, ecs_task_sink *sink,
    void *user, struct ecs_err *err);
/* Forget tasks finished before this time. */
bool ecs_task_expire(
    struct ecs_records *records, int64_t before, struct ecs_err *err);
#endif
