/* SPDX-License-Identifier: ISC */
/*
 * keys - who may do what, kept in the file and, whole, in memory.
 *
 * Each request looks a key up, so that must wait neither for the disk nor for
 * the batch being written: the ring holds every key, ordered by the head of its
 * digest.  How long the search for a head takes says nothing about a secret,
 * since the digest is keyed; the rest is compared in constant time.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "ecsearch/err.h"
#include "ecsearch/records.h"

#include "file.h"

enum { DIGEST_BYTES = 32, SECRET_BYTES = 32, HEAD_BYTES = 8 };

struct entry {
	unsigned char digest[DIGEST_BYTES];
	struct ecs_key key;
};

struct ecs_key_ring {
	pthread_rwlock_t lock;
	struct entry **entries; /* by digest */
	size_t count;
};

/* ---- the ring; the caller holds its lock ---- */

/* Where the first entry with a head not below that of digest is or would be. */
static size_t
position(const struct ecs_key_ring *ring, const unsigned char *digest)
{
	size_t low = 0;
	size_t high = ring->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(ring->entries[middle]->digest, digest, HEAD_BYTES) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct entry *
by_digest(const struct ecs_key_ring *ring, const unsigned char *digest)
{
	for (size_t at = position(ring, digest); at < ring->count; at++) {
		struct entry *entry = ring->entries[at];

		if (memcmp(entry->digest, digest, HEAD_BYTES) != 0)
			return NULL;
		if (sodium_memcmp(entry->digest, digest, DIGEST_BYTES) == 0)
			return entry;
	}
	return NULL;
}

/* Where the key with this public handle is; count when nowhere. */
static size_t
by_handle(const struct ecs_key_ring *ring, const char *id)
{
	size_t at = 0;

	while (at < ring->count && strcmp(ring->entries[at]->key.id, id) != 0)
		at++;
	return at;
}

/* Room for one more, so that adding it after the commit cannot fail. */
static bool
make_room(struct ecs_key_ring *ring, struct ecs_err *err)
{
	struct entry **entries =
	    realloc(ring->entries, (ring->count + 1) * sizeof(*ring->entries));

	if (entries == NULL)
		return ecs_err_memory(err);
	ring->entries = entries;
	return true;
}

static void
insert(struct ecs_key_ring *ring, struct entry *entry)
{
	size_t at = position(ring, entry->digest);

	memmove(ring->entries + at + 1, ring->entries + at,
	    (ring->count - at) * sizeof(*ring->entries));
	ring->entries[at] = entry;
	ring->count++;
}

static void
take_out(struct ecs_key_ring *ring, const char *id)
{
	size_t at = by_handle(ring, id);

	if (at == ring->count)
		return;
	free(ring->entries[at]);
	ring->count--;
	memmove(ring->entries + at, ring->entries + at + 1,
	    (ring->count - at) * sizeof(*ring->entries));
}

/* ---- the table ---- */

static void
read_key(sqlite3_stmt *stmt, struct ecs_key *key)
{
	memset(key, 0, sizeof(*key));
	ecs_sql_copy(stmt, 1, key->id, sizeof(key->id));
	ecs_sql_copy(stmt, 2, key->name, sizeof(key->name));
	ecs_sql_copy(stmt, 3, key->rights, sizeof(key->rights));
	ecs_sql_copy(stmt, 4, key->filter, sizeof(key->filter));
	ecs_sql_copy(stmt, 5, key->origins, sizeof(key->origins));
	key->created = sqlite3_column_int64(stmt, 6);
	key->expires = sqlite3_column_int64(stmt, 7);
	key->rate = (uint32_t)sqlite3_column_int64(stmt, 8);
}

static void
bind_key(sqlite3_stmt *stmt, const struct ecs_key *key)
{
	ecs_sql_bind_str(stmt, 1, key->id);
	ecs_sql_bind_str(stmt, 2, key->name);
	ecs_sql_bind_str(stmt, 3, key->rights);
	ecs_sql_bind_str(stmt, 4, key->filter);
	ecs_sql_bind_str(stmt, 5, key->origins);
	ecs_sql_bind(stmt, 6, key->created);
	ecs_sql_bind(stmt, 7, key->expires);
	ecs_sql_bind(stmt, 8, key->rate);
}

static bool
load_one(struct ecs_key_ring *ring, sqlite3_stmt *stmt, struct ecs_err *err)
{
	struct entry *entry;

	if (sqlite3_column_bytes(stmt, 0) != DIGEST_BYTES)
		return ecs_err_set(err, 500, "records_damaged",
		    "records: a key has no whole digest");
	if (!make_room(ring, err))
		return false;
	entry = calloc(1, sizeof(*entry));
	if (entry == NULL)
		return ecs_err_memory(err);
	memcpy(entry->digest, sqlite3_column_blob(stmt, 0), DIGEST_BYTES);
	read_key(stmt, &entry->key);
	insert(ring, entry);
	return true;
}

bool
ecs_key_ring_open(struct ecs_records *records, struct ecs_err *err)
{
	struct ecs_key_ring *ring = calloc(1, sizeof(*ring));
	sqlite3_stmt *stmt;
	bool row = true;
	bool ok = true;

	if (ring == NULL)
		return ecs_err_memory(err);
	pthread_rwlock_init(&ring->lock, NULL);
	records->keys = ring;
	stmt = ecs_sql_get(&records->sql, ECS_SQL_KEYS, err);
	if (stmt == NULL)
		return false;
	for (;;) {
		ok = ecs_sql_step(&records->sql, stmt, &row, err);
		if (!ok || !row)
			break;
		ok = load_one(ring, stmt, err);
		if (!ok)
			break;
	}
	ecs_sql_done(stmt);
	return ok;
}

void
ecs_key_ring_close(struct ecs_records *records)
{
	struct ecs_key_ring *ring = records->keys;

	if (ring == NULL)
		return;
	for (size_t i = 0; i < ring->count; i++)
		free(ring->entries[i]);
	free(ring->entries);
	pthread_rwlock_destroy(&ring->lock);
	free(ring);
	records->keys = NULL;
}

/* ---- the door ---- */

static void
make_digest(const struct ecs_records *records, const char *secret, size_t len,
    unsigned char digest[DIGEST_BYTES])
{
	crypto_generichash(digest, DIGEST_BYTES, (const unsigned char *)secret,
	    len, records->seed, sizeof(records->seed));
}

static void
make_secret(char *secret, size_t size)
{
	unsigned char bytes[SECRET_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	memcpy(secret, "ecs_", 4);
	sodium_bin2base64(secret + 4, size - 4, bytes, sizeof(bytes),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

/*
 * A changed key is in the file before it is in the ring.  Not inside a document
 * transaction: a rollback could not take it out of the ring again.
 */
static void
begin_change(struct ecs_records *records)
{
	pthread_mutex_lock(&records->lock);
	assert(!records->writing);
}

static bool
store_new(
    struct ecs_records *records, const struct entry *entry, struct ecs_err *err)
{
	sqlite3_stmt *stmt =
	    ecs_sql_get(&records->sql, ECS_SQL_KEY_CREATE, err);

	if (stmt == NULL)
		return false;
	bind_key(stmt, &entry->key);
	sqlite3_bind_blob(stmt, 9, entry->digest, DIGEST_BYTES, SQLITE_STATIC);
	return ecs_sql_run(&records->sql, stmt, err);
}

bool
ecs_key_create(struct ecs_records *records, struct ecs_key *key, char *secret,
    size_t size, struct ecs_err *err)
{
	struct ecs_key_ring *ring = records->keys;
	struct entry *entry = calloc(1, sizeof(*entry));
	bool ok;

	assert(size >= 48);
	if (entry == NULL)
		return ecs_err_memory(err);
	ecs_handle_make(key->id, "k_");
	key->created = ecs_now();
	make_secret(secret, size);
	make_digest(records, secret, strlen(secret), entry->digest);
	entry->key = *key;
	begin_change(records);
	pthread_rwlock_wrlock(&ring->lock);
	ok = make_room(ring, err);
	pthread_rwlock_unlock(&ring->lock);
	ok = ok && store_new(records, entry, err);
	if (ok) {
		pthread_rwlock_wrlock(&ring->lock);
		insert(ring, entry);
		pthread_rwlock_unlock(&ring->lock);
	} else {
		sodium_memzero(secret, size);
		free(entry);
	}
	pthread_mutex_unlock(&records->lock);
	return ok;
}

bool
ecs_key_find(struct ecs_records *records, const char *secret, size_t len,
    struct ecs_key *key, bool *found, struct ecs_err *err)
{
	struct ecs_key_ring *ring = records->keys;
	unsigned char digest[DIGEST_BYTES];
	const struct entry *entry;

	(void)err; /* nothing here can fail; the door leaves room for it */
	make_digest(records, secret, len, digest);
	pthread_rwlock_rdlock(&ring->lock);
	entry = by_digest(ring, digest);
	*found = entry != NULL;
	if (*found)
		*key = entry->key;
	pthread_rwlock_unlock(&ring->lock);
	return true;
}

/* Run a change of the key ?1; *found says whether there is one. */
static bool
run_change(struct ecs_records *records, sqlite3_stmt *stmt, bool *found,
    struct ecs_err *err)
{
	if (!ecs_sql_run(&records->sql, stmt, err))
		return false;
	*found = sqlite3_changes(records->sql.db) > 0;
	return true;
}

bool
ecs_key_update(struct ecs_records *records, const struct ecs_key *key,
    bool *found, struct ecs_err *err)
{
	struct ecs_key_ring *ring = records->keys;
	sqlite3_stmt *stmt;
	bool ok = false;

	*found = false;
	begin_change(records);
	stmt = ecs_sql_get(&records->sql, ECS_SQL_KEY_UPDATE, err);
	if (stmt != NULL) {
		bind_key(stmt, key);
		ok = run_change(records, stmt, found, err);
	}
	if (ok && *found) {
		struct ecs_key *held;
		int64_t created;

		pthread_rwlock_wrlock(&ring->lock);
		held = &ring->entries[by_handle(ring, key->id)]->key;
		created = held->created;
		*held = *key;
		held->created = created;
		pthread_rwlock_unlock(&ring->lock);
	}
	pthread_mutex_unlock(&records->lock);
	return ok;
}

bool
ecs_key_delete(struct ecs_records *records, const char *id, bool *found,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt;
	bool ok = false;

	*found = false;
	begin_change(records);
	stmt = ecs_sql_get(&records->sql, ECS_SQL_KEY_DELETE, err);
	if (stmt != NULL) {
		ecs_sql_bind_str(stmt, 1, id);
		ok = run_change(records, stmt, found, err);
	}
	if (ok && *found) {
		pthread_rwlock_wrlock(&records->keys->lock);
		take_out(records->keys, id);
		pthread_rwlock_unlock(&records->keys->lock);
	}
	pthread_mutex_unlock(&records->lock);
	return ok;
}

static bool
list(struct ecs_records *records, ecs_key_sink *sink, void *user,
    struct ecs_err *err)
{
	sqlite3_stmt *stmt = ecs_sql_get(&records->side, ECS_SQL_KEYS, err);
	struct ecs_key key;
	bool row;
	bool ok;

	if (stmt == NULL)
		return false;
	do {
		ok = ecs_sql_step(&records->side, stmt, &row, err);
		if (ok && row)
			read_key(stmt, &key);
	} while (ok && row && sink(user, &key));
	ecs_sql_done(stmt);
	return ok;
}

bool
ecs_key_list(struct ecs_records *records, ecs_key_sink *sink, void *user,
    struct ecs_err *err)
{
	bool ok;

	pthread_mutex_lock(&records->side_lock);
	ok = list(records, sink, user, err);
	pthread_mutex_unlock(&records->side_lock);
	return ok;
}
