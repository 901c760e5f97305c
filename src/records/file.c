/* SPDX-License-Identifier: ISC */
/*
 * file - opening, closing, copying and checking the file of the records.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "ecsearch/err.h"
#include "ecsearch/records.h"

#include "file.h"

enum { PATH_BYTES = 4096 };

int64_t
ecs_now(void)
{
	return (int64_t)time(NULL);
}

void
ecs_handle_make(char id[24], const char *prefix)
{
	size_t at = (size_t)snprintf(id, 24, "%s", prefix);

	/* 26^16 is 75 bits: no two will meet, and nobody will guess one */
	for (size_t end = at + 16; at < end && at < 23; at++)
		id[at] = (char)('a' + randombytes_uniform(26));
	id[at] = '\0';
}

static bool
fail_errno(struct ecs_err *err, const char *what, const char *path)
{
	int why = errno;

	if (why == ENOSPC || why == EDQUOT)
		return ecs_err_set(err, 507, "disk_full", "%s: %s: %s", what,
		    path, strerror(why));
	return ecs_err_set(err, 500, "records_failed", "%s: %s: %s", what, path,
	    strerror(why));
}

/*
 * Keep every other process out for as long as this one lives.  Not by a lock on
 * the file itself: closing any descriptor of it would drop SQLite's own locks.
 */
static bool
take_guard(struct ecs_records *records, struct ecs_err *err)
{
	char name[PATH_BYTES];

	if (snprintf(name, sizeof(name), "%s-lock", records->path) >=
	    PATH_BYTES - 8)
		return ecs_err_set(err, 500, "records_failed",
		    "records: the path is too long");
	records->guard = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (records->guard < 0)
		return fail_errno(err, "records", name);
	if (flock(records->guard, LOCK_EX | LOCK_NB) != 0)
		return ecs_err_set(err, 503, "records_busy",
		    "records: %s is in use by another process", records->path);
	return true;
}

/*
 * Make the file, for our eyes only, if there is none.  An emptied one with a
 * log beside it is damage: SQLite would take it for new and drop the log.
 */
static bool
make_file(const char *path, struct ecs_err *err)
{
	char log[PATH_BYTES];
	struct stat of_file;
	struct stat of_log;
	int fd;

	snprintf(log, sizeof(log), "%s-wal", path);
	if (stat(path, &of_file) != 0) {
		if (errno != ENOENT)
			return fail_errno(err, "records", path);
		of_file.st_size = 0;
	}
	if (of_file.st_size > 0)
		return true;
	if (stat(log, &of_log) == 0 && of_log.st_size > 0)
		return ecs_err_set(err, 500, "records_damaged",
		    "records: %s is empty or gone but its log is not", path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_errno(err, "records", path);
	close(fd);
	return true;
}

static bool
read_state(struct ecs_records *records, struct ecs_err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	bool ok;

	if (sqlite3_prepare_v2(records->sql.db,
		"SELECT instance, seed, sequence FROM state", -1, &stmt,
		NULL) != SQLITE_OK)
		return ecs_sql_fail(&records->sql, err);
	ok = ecs_sql_step(&records->sql, stmt, &row, err);
	if (ok &&
	    (!row || sqlite3_column_bytes(stmt, 0) != 32 ||
		sqlite3_column_bytes(stmt, 1) != ECS_SEED_BYTES))
		ok = ecs_err_set(err, 500, "records_damaged",
		    "records: the file does not say which it is");
	if (ok) {
		ecs_sql_copy(
		    stmt, 0, records->instance, sizeof(records->instance));
		memcpy(records->seed, sqlite3_column_blob(stmt, 1),
		    sizeof(records->seed));
		records->sequence = (uint64_t)sqlite3_column_int64(stmt, 2);
	}
	sqlite3_finalize(stmt);
	return ok;
}

static struct ecs_records *
new_records(const char *path, struct ecs_err *err)
{
	struct ecs_records *records = calloc(1, sizeof(*records));
	pthread_mutexattr_t kind;

	if (records == NULL || (records->path = strdup(path)) == NULL) {
		free(records);
		ecs_err_memory(err);
		return NULL;
	}
	records->guard = -1;
	pthread_mutexattr_init(&kind);
	pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&records->lock, &kind);
	pthread_mutex_init(&records->side_lock, &kind);
	pthread_mutexattr_destroy(&kind);
	return records;
}

struct ecs_records *
ecs_records_open(const char *path, struct ecs_err *err)
{
	struct ecs_records *records = new_records(path, err);

	if (records == NULL)
		return NULL;
	if (sodium_init() < 0) {
		ecs_err_set(err, 500, "records_failed", "libsodium is broken");
		goto fail;
	}
	if (take_guard(records, err) && make_file(path, err) &&
	    ecs_sql_open_writer(&records->sql, path, err) &&
	    ecs_migrate(&records->sql, err) && read_state(records, err) &&
	    ecs_sql_open_reader(&records->side, path, err) &&
	    ecs_key_ring_open(records, err))
		return records;
fail:
	ecs_records_close(records);
	return NULL;
}

void
ecs_records_close(struct ecs_records *records)
{
	if (records == NULL)
		return;
	ecs_records_rollback(records);
	ecs_key_ring_close(records);
	ecs_sql_close(&records->side);
	ecs_sql_close(&records->sql); /* the last to close checkpoints */
	if (records->guard >= 0)
		close(records->guard);
	pthread_mutex_destroy(&records->lock);
	pthread_mutex_destroy(&records->side_lock);
	ecs_buf_fini(&records->row);
	sodium_memzero(records->seed, sizeof(records->seed));
	free(records->path);
	free(records);
}

const char *
ecs_records_instance(const struct ecs_records *records)
{
	return records->instance;
}

uint64_t
ecs_records_sequence(const struct ecs_records *records)
{
	return records->sequence;
}

/* VACUUM INTO does not flush what it wrote. */
static bool
flush(const char *path, int flags, struct ecs_err *err)
{
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		fail_errno(err, "copy", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
flush_folder_of(const char *path, struct ecs_err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? strdup(".")
	    : slash == path          ? strdup("/")
				     : strndup(path, (size_t)(slash - path));
	bool ok;

	if (folder == NULL)
		return ecs_err_memory(err);
	ok = flush(folder, O_DIRECTORY, err);
	free(folder);
	return ok;
}

static bool
vacuum_into(struct ecs_sql *sql, const char *path, struct ecs_err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool ok;

	if (sqlite3_prepare_v2(sql->db, "VACUUM INTO ?1", -1, &stmt, NULL) !=
	    SQLITE_OK)
		return ecs_sql_fail(sql, err);
	ecs_sql_bind_str(stmt, 1, path);
	ok = ecs_sql_run(sql, stmt, err);
	sqlite3_finalize(stmt);
	return ok;
}

/*
 * On a reader of its own: the copy is of one moment and no batch waits for it.
 * The path is made first, so that it is ours alone and nothing is overwritten.
 */
bool
ecs_records_copy(
    struct ecs_records *records, const char *path, struct ecs_err *err)
{
	struct ecs_sql sql = {0};
	bool ok = false;
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_errno(err, "copy", path);
	close(fd);
	ok = ecs_sql_open_reader(&sql, records->path, err) &&
	    ecs_sql_exec(&sql, "PRAGMA query_only = 0", err) &&
	    vacuum_into(&sql, path, err) && flush(path, 0, err) &&
	    flush_folder_of(path, err);
	ecs_sql_close(&sql);
	if (!ok)
		unlink(path);
	return ok;
}

static bool
quick_check(struct ecs_sql *sql, struct ecs_err *err)
{
	sqlite3_stmt *stmt = NULL;
	char finding[160] = "";
	bool row;
	bool ok;

	if (sqlite3_prepare_v2(
		sql->db, "PRAGMA quick_check(1)", -1, &stmt, NULL) != SQLITE_OK)
		return ecs_sql_fail(sql, err);
	ok = ecs_sql_step(sql, stmt, &row, err);
	if (ok && row) {
		ecs_sql_copy(stmt, 0, finding, sizeof(finding));
		ok = strcmp(finding, "ok") == 0 ||
		    ecs_err_set(
			err, 500, "records_damaged", "records: %s", finding);
	}
	sqlite3_finalize(stmt);
	return ok;
}

bool
ecs_records_check(struct ecs_records *records, struct ecs_err *err)
{
	struct ecs_sql sql = {0};
	bool ok;

	ok = ecs_sql_open_reader(&sql, records->path, err) &&
	    quick_check(&sql, err);
	ecs_sql_close(&sql);
	return ok;
}
