/* SPDX-License-Identifier: ISC */
/*
 * entry - build one document before any writer knows of it.
 */
#include <string>

#include <xapian.h>

#include "ecsearch/xapian.h"

#include "bounds.hh"
#include "entry.hh"
#include "guard.hh"

struct ecs_index_entry *
ecs_index_entry_new(struct ecs_err *err)
{
	return ecs::guard_pointer(err, [] { return new ecs_index_entry; });
}

void
ecs_index_entry_free(struct ecs_index_entry *entry)
{
	delete entry;
}

bool
ecs_index_entry_posting(struct ecs_index_entry *entry, const char *term,
    size_t len, uint32_t position, struct ecs_err *err)
{
	if (!ecs::check_term(term, len, err))
		return false;
	if (position == 0)
		return ecs_err_set(
		    err, 422, "bad_term", "positions count from 1");
	return ecs::guard(err, [&] {
		entry->document.add_posting(std::string(term, len), position);
	});
}

bool
ecs_index_entry_term(struct ecs_index_entry *entry, const char *term,
    size_t len, uint32_t count, struct ecs_err *err)
{
	if (!ecs::check_term(term, len, err))
		return false;
	return ecs::guard(err,
	    [&] { entry->document.add_term(std::string(term, len), count); });
}

bool
ecs_index_entry_terms(const struct ecs_index_entry *entry, ecs_term_sink *sink,
    void *user, struct ecs_err *err)
{
	return ecs::guard(err, [&] {
		auto end = entry->document.termlist_end();

		for (auto at = entry->document.termlist_begin(); at != end;
		     ++at) {
			const std::string term = *at;

			if (!sink(user, term.data(), term.size(), at.get_wdf()))
				break;
		}
	});
}

bool
ecs_index_entry_value(struct ecs_index_entry *entry, uint32_t slot,
    const void *value, size_t len, struct ecs_err *err)
{
	if (slot == Xapian::BAD_VALUENO)
		return ecs_err_set(err, 422, "bad_value", "no such slot");
	if (!ecs::check_size(len, ECS_VALUE_BYTES, err))
		return false;
	return ecs::guard(err, [&] {
		entry->document.add_value(
		    slot, std::string(static_cast<const char *>(value), len));
	});
}

bool
ecs_index_entry_data(struct ecs_index_entry *entry, const void *data,
    size_t len, struct ecs_err *err)
{
	if (!ecs::check_size(len, ECS_DATA_BYTES, err))
		return false;
	return ecs::guard(err, [&] {
		entry->document.set_data(
		    std::string(static_cast<const char *>(data), len));
	});
}
