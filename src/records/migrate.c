/* SPDX-License-Identifier: ISC */
/*
 * migrate - the tables, and how an older file gets them.
 *
 *	state		one row: instance, seed, last committed sequence
 *	documents	as of now
 *	superseded	what since <= sequence < until saw, until trimmed
 *	deletions	for replay, until the index has them
 *	freed		numbers that readers older than sequence still see
 *	free_numbers	numbers to give out again
 *	query_days	searches and clicks of a day; queries: distinct ones
 *			kept, left_out: searches that there was no place for
 *	query_counts	how often a query was searched on a day
 *	query_clicks	how often what stood at a rank of it was chosen
 *	former_passages	that a document had once; words: a sample of hashes
 *
 * A step, once released, is never changed; the next change is the next step.
 */
#include <stdio.h>
#include <time.h>

#include <sodium.h>

#include "ecsearch/err.h"

#include "file.h"

enum { APPLICATION = 0x45435352 }; /* "ECSR" */

static const char *const steps[] = {
    "CREATE TABLE migrations("
    " version INTEGER PRIMARY KEY, applied INTEGER NOT NULL);"
    "CREATE TABLE state("
    " one INTEGER PRIMARY KEY CHECK(one = 1), instance TEXT NOT NULL,"
    " seed BLOB NOT NULL, sequence INTEGER NOT NULL);"
    "CREATE TABLE settings("
    " name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE collections("
    " collection INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " next INTEGER NOT NULL DEFAULT 0 CHECK(next <= 4294967294));"
    "CREATE TABLE documents("
    " place INTEGER PRIMARY KEY,"
    " collection INTEGER NOT NULL REFERENCES collections,"
    " sequence INTEGER NOT NULL, id TEXT NOT NULL, hit TEXT,"
    " json TEXT NOT NULL);"
    "CREATE UNIQUE INDEX documents_id ON documents(collection, id);"
    "CREATE INDEX documents_sequence ON documents(collection, sequence);"
    "CREATE TABLE superseded("
    " place INTEGER NOT NULL, collection INTEGER NOT NULL,"
    " since INTEGER NOT NULL, until INTEGER NOT NULL, id TEXT NOT NULL,"
    " hit TEXT, json TEXT NOT NULL);"
    "CREATE INDEX superseded_place ON superseded(place, until);"
    "CREATE INDEX superseded_id ON superseded(collection, id, until);"
    "CREATE INDEX superseded_until ON superseded(until);"
    "CREATE TABLE deletions("
    " collection INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    " place INTEGER NOT NULL, id TEXT NOT NULL,"
    " PRIMARY KEY(collection, sequence, place)) WITHOUT ROWID;"
    "CREATE TABLE freed("
    " sequence INTEGER NOT NULL, collection INTEGER NOT NULL,"
    " number INTEGER NOT NULL,"
    " PRIMARY KEY(sequence, collection, number)) WITHOUT ROWID;"
    "CREATE TABLE free_numbers("
    " collection INTEGER NOT NULL, number INTEGER NOT NULL,"
    " PRIMARY KEY(collection, number)) WITHOUT ROWID;"
    "CREATE TABLE keys("
    " id TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE,"
    " name TEXT NOT NULL, rights TEXT NOT NULL, filter TEXT NOT NULL,"
    " origins TEXT NOT NULL, created INTEGER NOT NULL,"
    " expires INTEGER NOT NULL, rate INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE tasks("
    " task INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " kind TEXT NOT NULL, state INTEGER NOT NULL,"
    " created INTEGER NOT NULL, finished INTEGER NOT NULL DEFAULT 0,"
    " result TEXT NOT NULL DEFAULT '', payload BLOB);"
    "CREATE INDEX tasks_waiting ON tasks(task) WHERE state = 0;",

    "CREATE TABLE query_days("
    " day INTEGER PRIMARY KEY, searches INTEGER NOT NULL,"
    " without_hits INTEGER NOT NULL, clicks INTEGER NOT NULL,"
    " left_out INTEGER NOT NULL, queries INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE query_counts("
    " q TEXT NOT NULL, collection TEXT NOT NULL, day INTEGER NOT NULL,"
    " searches INTEGER NOT NULL, without_hits INTEGER NOT NULL,"
    " PRIMARY KEY(q, collection, day)) WITHOUT ROWID;"
    "CREATE TABLE query_clicks("
    " q TEXT NOT NULL, collection TEXT NOT NULL, rank INTEGER NOT NULL,"
    " day INTEGER NOT NULL, clicks INTEGER NOT NULL,"
    " PRIMARY KEY(q, collection, rank, day)) WITHOUT ROWID;",

    "CREATE TABLE former_passages("
    " collection INTEGER NOT NULL REFERENCES collections,"
    " document TEXT NOT NULL, passage TEXT NOT NULL,"
    " gone INTEGER NOT NULL, section INTEGER NOT NULL,"
    " words BLOB NOT NULL,"
    " PRIMARY KEY(collection, document, passage)) WITHOUT ROWID;",
};
enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* What makes this file this one; drawn once. */
static bool
found_state(struct ecs_sql *sql, struct ecs_err *err)
{
	unsigned char instance[16];
	unsigned char seed[ECS_SEED_BYTES];
	char name[33];
	char hex[2 * ECS_SEED_BYTES + 1];
	char text[256];

	randombytes_buf(instance, sizeof(instance));
	randombytes_buf(seed, sizeof(seed));
	sodium_bin2hex(name, sizeof(name), instance, sizeof(instance));
	sodium_bin2hex(hex, sizeof(hex), seed, sizeof(seed));
	snprintf(text, sizeof(text),
	    "INSERT INTO state(one, instance, seed, sequence) "
	    "VALUES(1, '%s', x'%s', 0); PRAGMA application_id = %d",
	    name, hex, APPLICATION);
	return ecs_sql_exec(sql, text, err);
}

static bool
apply(struct ecs_sql *sql, int version, struct ecs_err *err)
{
	char text[128];

	snprintf(text, sizeof(text),
	    "INSERT INTO migrations VALUES(%d, %lld);"
	    "PRAGMA user_version = %d",
	    version, (long long)ecs_now(), version);
	return ecs_sql_exec(sql, steps[version - 1], err) &&
	    (version > 1 || found_state(sql, err)) &&
	    ecs_sql_exec(sql, text, err);
}

static bool
apply_from(struct ecs_sql *sql, int version, struct ecs_err *err)
{
	if (!ecs_sql_exec(sql, "BEGIN IMMEDIATE", err))
		return false;
	while (version < STEPS) {
		if (!apply(sql, ++version, err)) {
			ecs_sql_exec(sql, "ROLLBACK", err);
			return false;
		}
	}
	return ecs_sql_exec(sql, "COMMIT", err);
}

bool
ecs_migrate(struct ecs_sql *sql, struct ecs_err *err)
{
	int64_t application;
	int64_t version;
	int64_t tables;

	/* Only reading until it is certain whose file this is. */
	if (!ecs_sql_number(sql, "PRAGMA application_id", &application, err) ||
	    !ecs_sql_number(sql, "PRAGMA user_version", &version, err) ||
	    !ecs_sql_number(
		sql, "SELECT count(*) FROM sqlite_schema", &tables, err))
		return false;
	if (tables == 0 ? application != 0 : application != APPLICATION)
		return ecs_err_set(err, 500, "records_damaged",
		    "records: a database, but of another program");
	if (version > STEPS || version < 0)
		return ecs_err_set(err, 500, "records_newer",
		    "records: format %lld, this program knows up to %d",
		    (long long)version, STEPS);
	if (!ecs_sql_exec(sql,
		"PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
		"PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
		"PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
		"PRAGMA cache_size = -16000; PRAGMA mmap_size = 0;"
		"PRAGMA journal_size_limit = 33554432",
		err))
		return false;
	return version == STEPS || apply_from(sql, (int)version, err);
}
