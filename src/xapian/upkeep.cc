/* SPDX-License-Identifier: ISC */
/*
 * upkeep - verify an index and copy it compacted.
 */
#include <cerrno>
#include <sstream>
#include <string>
#include <sys/stat.h>

#include <xapian.h>

#include "ecsearch/xapian.h"

#include "guard.hh"
#include "sync.h"

bool
ecs_index_check(const char *path, struct ecs_buf *report, struct ecs_err *err)
{
	size_t faults = 0;
	bool ran = ecs::guard(err, [&] {
		std::ostringstream text;

		faults = Xapian::Database::check(
		    path, Xapian::DBCHECK_SHOW_STATS, &text);
		ecs_buf_puts(report, text.str().c_str());
		if (report->failed)
			throw std::bad_alloc();
	});

	if (ran && faults > 0)
		return ecs_err_set(err, 500, "index_damaged",
		    "the check of the index found %zu faults", faults);
	return ran;
}

bool
ecs_index_compact(const char *from, const char *to, struct ecs_err *err)
{
	/* Documents keep their numbers: they are the records' numbers. */
	const int flags =
	    Xapian::Compactor::FULL | Xapian::DBCOMPACT_NO_RENUMBER;
	struct stat there;

	if (lstat(to, &there) == 0 || errno != ENOENT)
		return ecs_err_set(err, 409, "exists",
		    "compaction writes a new directory, %s is there", to);
	return ecs::guard(
		   err, [&] { Xapian::Database(from).compact(to, flags); }) &&
	    ecs_sync_tree(to, err);
}

const char *
ecs_index_engine_version(void)
{
	return Xapian::version_string();
}
