/* SPDX-License-Identifier: ISC */
/*
 * faulty - SQLite's own file system and allocator, with something between.
 */
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include <sqlite3.h>

#include "faulty.h"

struct fault {
	int left; /* INT_MAX: none is planned */
	int code;
};
static const struct fault none = {.left = INT_MAX};
static struct fault writes = {.left = INT_MAX};
static struct fault flushes = {.left = INT_MAX};
static struct fault allocations = {.left = INT_MAX};
static bool failed;
static sqlite3_mem_methods memory;
static sqlite3_vfs shim;

/* ---- files ---- */

struct file {
	sqlite3_file base;
	sqlite3_file *real; /* in the room behind this */
};

static sqlite3_file *
real(sqlite3_file *file)
{
	return ((struct file *)(void *)file)->real;
}

/* SQLITE_OK, or what this call shall answer instead. */
static int
meet(struct fault *fault)
{
	if (fault->left == INT_MAX || fault->left-- > 0)
		return SQLITE_OK;
	fault->left = 0;
	failed = true;
	return fault->code;
}

static int
file_close(sqlite3_file *file)
{
	return real(file)->pMethods->xClose(real(file));
}

static int
file_read(sqlite3_file *file, void *data, int len, sqlite3_int64 at)
{
	return real(file)->pMethods->xRead(real(file), data, len, at);
}

static int
file_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	int code = meet(&writes);

	if (code != SQLITE_OK)
		return code;
	return real(file)->pMethods->xWrite(real(file), data, len, at);
}

static int
file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return real(file)->pMethods->xTruncate(real(file), size);
}

static int
file_sync(sqlite3_file *file, int flags)
{
	int code = meet(&flushes);

	if (code != SQLITE_OK)
		return code;
	return real(file)->pMethods->xSync(real(file), flags);
}

static int
file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real(file)->pMethods->xFileSize(real(file), size);
}

static int
file_lock(sqlite3_file *file, int kind)
{
	return real(file)->pMethods->xLock(real(file), kind);
}

static int
file_unlock(sqlite3_file *file, int kind)
{
	return real(file)->pMethods->xUnlock(real(file), kind);
}

static int
file_reserved(sqlite3_file *file, int *held)
{
	return real(file)->pMethods->xCheckReservedLock(real(file), held);
}

static int
file_control(sqlite3_file *file, int what, void *data)
{
	return real(file)->pMethods->xFileControl(real(file), what, data);
}

static int
file_sector(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int
file_device(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int
file_shm_map(
    sqlite3_file *file, int region, int size, int extend, void volatile **map)
{
	return real(file)->pMethods->xShmMap(
	    real(file), region, size, extend, map);
}

static int
file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void
file_shm_barrier(sqlite3_file *file)
{
	real(file)->pMethods->xShmBarrier(real(file));
}

static int
file_shm_unmap(sqlite3_file *file, int drop)
{
	return real(file)->pMethods->xShmUnmap(real(file), drop);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* no mapping: each page is read by xRead */
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int
open_file(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *got)
{
	struct file *file = (struct file *)(void *)base;
	sqlite3_vfs *below = vfs->pAppData;
	int code;

	file->real = (sqlite3_file *)(void *)(file + 1);
	code = below->xOpen(below, name, file->real, flags, got);
	base->pMethods = file->real->pMethods == NULL ? NULL : &methods;
	return code;
}

/* ---- memory ---- */

static void *
memory_malloc(int size)
{
	if (allocations.left != INT_MAX && allocations.left-- == 0) {
		failed = true;
		allocations.left = INT_MAX;
		return NULL;
	}
	return memory.xMalloc(size);
}

static void *
memory_realloc(void *old, int size)
{
	if (allocations.left != INT_MAX && allocations.left-- == 0) {
		failed = true;
		allocations.left = INT_MAX;
		return NULL;
	}
	return memory.xRealloc(old, size);
}

/* ---- the door ---- */

bool
faulty_init(void)
{
	sqlite3_mem_methods ours;
	sqlite3_vfs *below;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory) != SQLITE_OK)
		return false;
	ours = memory;
	ours.xMalloc = memory_malloc;
	ours.xRealloc = memory_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK)
		return false;
	below = sqlite3_vfs_find(NULL);
	if (below == NULL)
		return false;
	shim = *below;
	shim.zName = "faulty";
	shim.pAppData = below;
	shim.szOsFile = (int)sizeof(struct file) + below->szOsFile;
	shim.xOpen = open_file;
	return sqlite3_vfs_register(&shim, 1) == SQLITE_OK;
}

void
faulty_disk(int after, int code)
{
	writes = (struct fault){.left = after, .code = code};
}

void
faulty_flush(int after, int code)
{
	flushes = (struct fault){.left = after, .code = code};
}

void
faulty_memory(int after)
{
	allocations.left = after;
}

bool
faulty_heal(void)
{
	bool had = failed;

	writes = flushes = allocations = none;
	failed = false;
	return had;
}
