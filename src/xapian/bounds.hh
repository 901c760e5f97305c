/* SPDX-License-Identifier: ISC */
/*
 * bounds - what the engine can store, asked before it sees anything.
 *
 * The engine throws away all uncommitted documents when one is refused, and
 * finds a term too long only while committing when it holds NULs (each takes
 * two bytes of its 245).  So a writer's argument is refused here or not at all.
 */
#ifndef ECS_XAPIAN_BOUNDS_HH
#define ECS_XAPIAN_BOUNDS_HH
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ecsearch/err.h"
#include "ecsearch/xapian.h"

namespace ecs
{
inline bool
can_be_a_term(const char *term, size_t len)
{
	return len > 0 && len <= ECS_TERM_BYTES &&
	    memchr(term, '\0', len) == nullptr;
}

inline bool
check_term(const char *term, size_t len, struct ecs_err *err)
{
	if (can_be_a_term(term, len))
		return true;
	return ecs_err_set(err, 422, "bad_term",
	    "a term has 1 to %d bytes and no NUL, this one has %zu bytes",
	    (int)ECS_TERM_BYTES, len);
}

inline bool
check_docid(uint32_t docid, struct ecs_err *err)
{
	if (docid > 0)
		return true;
	return ecs_err_set(err, 422, "bad_docid", "documents count from 1");
}

inline bool
check_size(size_t len, size_t most, struct ecs_err *err)
{
	if (len <= most)
		return true;
	return ecs_err_set(err, 422, "bad_value",
	    "%zu bytes to store, at most %zu are possible", len, most);
}
} /* namespace ecs */
#endif
