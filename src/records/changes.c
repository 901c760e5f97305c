/* SPDX-License-Identifier: ISC */
/*
 * changes - what happened after a sequence, for the index to catch up.
 *
 * Two walks in the order of the sequence, over documents and over deletions,
 * merged.  Within a transaction deletions come first: a number is never deleted
 * and given out again in the same one.
 */
#include "ecsearch/err.h"
#include "ecsearch/records.h"

#include "file.h"
#include "row.h"

/* One of the two walks, standing on a row or at its end. */
struct walk {
	sqlite3_stmt *stmt;
	bool row;
	uint64_t sequence;
};

static bool
advance(struct ecs_records *records, struct walk *walk, struct ecs_err *err)
{
	if (!ecs_sql_step(&records->sql, walk->stmt, &walk->row, err))
		return false;
	walk->sequence =
	    walk->row ? (uint64_t)sqlite3_column_int64(walk->stmt, 1) : 0;
	return true;
}

static bool
start(struct ecs_records *records, struct walk *walk, enum ecs_statement which,
    int collection, uint64_t since, struct ecs_err *err)
{
	walk->stmt = ecs_sql_get(&records->sql, which, err);
	if (walk->stmt == NULL)
		return false;
	ecs_sql_bind(walk->stmt, 1, collection);
	ecs_sql_bind(
	    walk->stmt, 2, since > INT64_MAX ? INT64_MAX : (int64_t)since);
	return advance(records, walk, err);
}

/* The walk whose row is next; NULL at the end of both. */
static struct walk *
next_of(struct walk *deleted, struct walk *changed)
{
	if (!deleted->row)
		return changed->row ? changed : NULL;
	if (!changed->row || deleted->sequence <= changed->sequence)
		return deleted;
	return changed;
}

struct sink {
	uint32_t limit;
	ecs_record_sink *call;
	void *user;
};

static bool
merge(struct ecs_records *records, struct walk *deleted, struct walk *changed,
    const struct sink *sink, struct ecs_err *err)
{
	struct ecs_record record;
	struct walk *walk;
	uint64_t last = 0;
	uint32_t count = 0;

	while ((walk = next_of(deleted, changed)) != NULL) {
		if (sink->limit > 0 && count >= sink->limit &&
		    walk->sequence != last)
			break;
		if (!ecs_row_view(&records->sql, walk->stmt, &record, err))
			return false;
		record.deleted = walk == deleted;
		if (!sink->call(sink->user, &record))
			break;
		last = walk->sequence;
		count++;
		if (!advance(records, walk, err))
			return false;
	}
	return true;
}

bool
ecs_records_changes(struct ecs_records *records, int collection, uint64_t since,
    uint32_t limit, ecs_record_sink *sink, void *user, struct ecs_err *err)
{
	const struct sink whose = {.limit = limit, .call = sink, .user = user};
	struct walk deleted = {0};
	struct walk changed = {0};
	bool ok;

	pthread_mutex_lock(&records->lock);
	ok =
	    start(records, &deleted, ECS_SQL_DELETED, collection, since, err) &&
	    start(records, &changed, ECS_SQL_CHANGED, collection, since, err) &&
	    merge(records, &deleted, &changed, &whose, err);
	ecs_sql_done(deleted.stmt);
	ecs_sql_done(changed.stmt);
	pthread_mutex_unlock(&records->lock);
	return ok;
}
