/* SPDX-License-Identifier: ISC */
/*
 * guard - the one place where an exception becomes a struct ecs_err.
 *
 * Every function of the door runs its body in guard(), so that nothing is ever
 * thrown into C.  Xapian::Error is no std::exception: both are caught.
 */
#ifndef ECS_XAPIAN_GUARD_HH
#define ECS_XAPIAN_GUARD_HH
#include <cstring>
#include <exception>
#include <new>

#include <xapian.h>

#include "ecsearch/err.h"

namespace ecs
{
/* Thrown by our own loops when the caller's stop function says so. */
struct cancelled {
};

inline bool
disk_is_full(const Xapian::Error &e)
{
	const char *cause = e.get_error_string();

	if (cause == nullptr)
		cause = e.get_msg().c_str();
	return strstr(cause, "No space left") != nullptr ||
	    strstr(cause, "quota exceeded") != nullptr;
}

/* The engine's own words, with the system's reason where there is one. */
inline void
set_engine_error(struct ecs_err *err, const char *code, const Xapian::Error &e)
{
	const char *cause = e.get_error_string();

	ecs_err_set(err, 500, code, "%s: %s%s%s", e.get_type(),
	    e.get_msg().c_str(), cause == nullptr ? "" : ": ",
	    cause == nullptr ? "" : cause);
}

/* A full disk can surface as any of the engine's errors, so it is asked first.
 */
inline void
translate_engine_error(
    struct ecs_err *err, const char *code, const Xapian::Error &e)
{
	if (disk_is_full(e))
		ecs_err_set(err, 507, "disk_full", "no space left on the disk");
	else
		set_engine_error(err, code, e);
}

/* Say what the exception now in flight means to a caller. */
inline void
translate(struct ecs_err *err) noexcept
{
	try {
		throw;
	} catch (const cancelled &) {
		ecs_err_set(err, 503, "cancelled", "the search was stopped");
	} catch (const Xapian::DatabaseModifiedError &) {
		ecs_err_set(
		    err, 503, "index_moved", "the index changed, ask again");
	} catch (const Xapian::DatabaseLockError &) {
		ecs_err_set(err, 503, "index_locked",
		    "another process is writing to the index");
	} catch (const Xapian::DocNotFoundError &) {
		ecs_err_set(
		    err, 404, "no_document", "the index has no such document");
	} catch (const Xapian::DatabaseCorruptError &e) {
		translate_engine_error(err, "index_damaged", e);
	} catch (const Xapian::DatabaseOpeningError &e) {
		translate_engine_error(err, "index_missing", e);
	} catch (const Xapian::DatabaseCreateError &e) {
		translate_engine_error(err, "index_missing", e);
	} catch (const Xapian::Error &e) {
		translate_engine_error(err, "index_failed", e);
	} catch (const std::bad_alloc &) {
		ecs_err_memory(err);
	} catch (const std::exception &e) {
		ecs_err_set(err, 500, "internal", "%s", e.what());
	} catch (...) {
		ecs_err_set(err, 500, "internal", "an unknown exception");
	}
}

/* Run body; false and err when it throws. */
template <class Body>
bool
guard(struct ecs_err *err, Body body) noexcept
{
	try {
		body();
		return true;
	} catch (...) {
		translate(err);
		return false;
	}
}

/* Run body, which returns a pointer; NULL and err when it throws. */
template <class Body>
auto
guard_pointer(struct ecs_err *err, Body body) noexcept -> decltype(body())
{
	try {
		return body();
	} catch (...) {
		translate(err);
		return nullptr;
	}
}
} /* namespace ecs */
#endif
