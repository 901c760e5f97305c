/* SPDX-License-Identifier: ISC */
/*
 * writer - the one hand that changes an index.
 *
 * All changes run inside a transaction that the first of them begins: outside
 * one the engine commits by itself after so many documents, in mid-batch.
 *
 * The engine drops every uncommitted document when a change fails, yet lets the
 * next commit succeed without them; and after a full disk the object stays
 * broken for good.  So a writer that failed once is lost and says so until it
 * is closed: nobody can commit half a batch by not looking.
 */
#include <cassert>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <xapian.h>

#include "ecsearch/fault.h"
#include "ecsearch/xapian.h"

#include "bounds.hh"
#include "entry.hh"
#include "guard.hh"
#include "sync.h"

struct ecs_index_writer {
	Xapian::WritableDatabase db;
	int directory; /* open for syncing it */
	bool pending;  /* a transaction is open */
	bool lost;     /* a change failed */

	explicit ecs_index_writer(const char *path)
	    : db(path, Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS),
	      directory(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
	      pending(false), lost(false)
	{
	}
	~ecs_index_writer()
	{
		if (directory >= 0)
			close(directory);
	}
	ecs_index_writer(const ecs_index_writer &) = delete;
	ecs_index_writer &operator=(const ecs_index_writer &) = delete;
};

namespace
{
bool
check_alive(const struct ecs_index_writer *writer, struct ecs_err *err)
{
	if (!writer->lost)
		return true;
	return ecs_err_set(err, 500, "writer_lost",
	    "an earlier change failed, the index must be opened again");
}

/* Run one change inside the transaction; a failure loses the writer. */
template <class Change>
bool
apply(struct ecs_index_writer *writer, struct ecs_err *err, Change change)
{
	bool ok = ecs::guard(err, [&] {
		if (!writer->pending)
			writer->db.begin_transaction();
		writer->pending = true;
		change();
	});

	writer->lost = !ok;
	return ok;
}

bool
fail_by_probe(
    struct ecs_index_writer *writer, const char *probe, struct ecs_err *err)
{
	writer->lost = true;
	return ecs_err_set(err, 500, "index_failed", "probe %s", probe);
}
} /* namespace */

struct ecs_index_writer *
ecs_index_writer_open(const char *path, struct ecs_err *err)
{
	struct ecs_index_writer *writer =
	    ecs::guard_pointer(err, [&] { return new ecs_index_writer(path); });

	if (writer == nullptr)
		return nullptr;
	if (!ecs_sync_directory(writer->directory, err) ||
	    !ecs_sync_parent(writer->directory, err)) {
		ecs_index_writer_close(writer);
		return nullptr;
	}
	return writer;
}

void
ecs_index_writer_close(struct ecs_index_writer *writer)
{
	struct ecs_err ignored = {};

	if (writer == nullptr)
		return;
	/* Closing cancels the transaction, which may throw when it is lost. */
	ecs::guard(&ignored, [&] { writer->db.close(); });
	delete writer;
}

bool
ecs_index_put(struct ecs_index_writer *writer, uint32_t docid,
    const struct ecs_index_entry *entry, struct ecs_err *err)
{
	if (!check_alive(writer, err) || !ecs::check_docid(docid, err))
		return false;
	if (ECS_FAULT("index.put"))
		return fail_by_probe(writer, "index.put", err);
	return apply(writer, err,
	    [&] { writer->db.replace_document(docid, entry->document); });
}

bool
ecs_index_remove(
    struct ecs_index_writer *writer, uint32_t docid, struct ecs_err *err)
{
	if (!check_alive(writer, err) || !ecs::check_docid(docid, err))
		return false;
	return apply(writer, err, [&] {
		try {
			writer->db.delete_document(docid);
		} catch (const Xapian::DocNotFoundError &) {
			/* The one failure that leaves the batch whole. */
		}
	});
}

bool
ecs_index_put_metadata(struct ecs_index_writer *writer, const char *key,
    const void *value, size_t len, struct ecs_err *err)
{
	if (!check_alive(writer, err) ||
	    !ecs::check_term(key, strlen(key), err) ||
	    !ecs::check_size(len, ECS_DATA_BYTES, err))
		return false;
	return apply(writer, err, [&] {
		writer->db.set_metadata(
		    key, std::string(static_cast<const char *>(value), len));
	});
}

/* Commit what is pending; the caller has seen that something is. */
static bool
commit_pending(struct ecs_index_writer *writer, struct ecs_err *err)
{
	if (ECS_FAULT("index.commit"))
		return fail_by_probe(writer, "index.commit", err);
	if (!apply(writer, err, [&] { writer->db.commit_transaction(); }))
		return false;
	writer->pending = false;
	writer->lost = !ecs_sync_directory(writer->directory, err);
	if (writer->lost)
		return false;
	if (ECS_FAULT("index.committed"))
		return fail_by_probe(writer, "index.committed", err);
	return true;
}

bool
ecs_index_commit(
    struct ecs_index_writer *writer, uint64_t *revision, struct ecs_err *err)
{
	if (!check_alive(writer, err))
		return false;
	if (writer->pending && !commit_pending(writer, err))
		return false;
	return ecs::guard(err, [&] {
		if (revision != nullptr)
			*revision = writer->db.get_revision();
	});
}
