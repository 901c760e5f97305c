/* SPDX-License-Identifier: ISC */
/*
 * reader.hh - what a reader is, and how results leave a call.
 *
 * A list that a caller holds grows while a call runs, but its len is set last:
 * a call that fails half way has appended nothing.
 */
#ifndef ECS_XAPIAN_READER_HH
#define ECS_XAPIAN_READER_HH
#include <cstdlib>
#include <new>

#include <xapian.h>

#include "ecsearch/xapian.h"

#include "guard.hh"

struct ecs_index_reader {
	Xapian::Database db;
};

namespace ecs
{
enum { STOP_EVERY = 4096 }; /* postings between two questions */

/* Make room for want members in all. */
template <class List>
void
reserve(List *list, size_t want)
{
	size_t cap = list->cap * 2 > want ? list->cap * 2 : want;
	void *grown;

	if (want <= list->cap)
		return;
	grown = realloc(list->list, cap * sizeof(*list->list));
	if (grown == nullptr)
		throw std::bad_alloc();
	list->list = static_cast<decltype(list->list)>(grown);
	list->cap = cap;
}

inline void
ask_stop(ecs_stop *stop, void *user)
{
	if (stop != nullptr && stop(user))
		throw cancelled();
}
} /* namespace ecs */
#endif
