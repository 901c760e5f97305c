/* SPDX-License-Identifier: ISC */
#ifndef ECS_RECORDS_FILE_H
#define ECS_RECORDS_FILE_H
/*
 * What is behind struct ecs_records: two connections and who may use them.
 *
 *	sql	the one that writes and checkpoints, under lock.  A document
 *		transaction holds the lock from begin to commit, so a key or a
 *		task written by another thread waits for the batch and never
 *		becomes part of it.
 *	side	reads keys and tasks for any thread, under side_lock, and waits
 *		for no batch.
 *
 * One file with one writing connection, not a second file for keys: a backup is
 * then one consistent copy, and SQLite before 3.51.3 can lose commits when two
 * connections write and checkpoint at once.  Both locks are recursive: what the
 * writer thread does inside its transaction joins it, and a sink may call back.
 * Order: lock before side_lock before the key ring's own.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ecsearch/buf.h"

#include "sql.h"

struct ecs_err;
struct ecs_key_ring;

enum { ECS_SEED_BYTES = 32 }; /* key of the digests of keys */

struct ecs_records {
	struct ecs_sql sql;
	pthread_mutex_t lock;
	bool writing;     /* between begin and commit or rollback */
	bool failed;      /* a write of this transaction went wrong half-way */
	uint64_t pending; /* sequence of this transaction */
	_Atomic uint64_t sequence;
	struct ecs_buf row; /* what ecs_records_find answered */
	struct ecs_sql side;
	pthread_mutex_t side_lock;
	struct ecs_key_ring *keys;
	unsigned char seed[ECS_SEED_BYTES];
	char instance[33];
	char *path;
	int guard; /* descriptor of the lock file; -1: none */
};

/* Bring the file to today's tables; a file of another program is refused. */
bool ecs_migrate(struct ecs_sql *sql, struct ecs_err *err);

/* Read all keys into memory. */
bool ecs_key_ring_open(struct ecs_records *records, struct ecs_err *err);
void ecs_key_ring_close(struct ecs_records *records);

/* prefix and random letters, for the handles of keys and tasks. */
void ecs_handle_make(char id[24], const char *prefix);
/* Seconds since 1970. */
int64_t ecs_now(void);
#endif
