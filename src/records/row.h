/* SPDX-License-Identifier: ISC */
#ifndef ECS_RECORDS_ROW_H
#define ECS_RECORDS_ROW_H
/* A row of a statement as a struct ecs_record. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sql.h"

struct ecs_buf;
struct ecs_err;
struct ecs_record;

int64_t ecs_row_place(int collection, uint32_t number);
/* The number of a place; its collection is the caller's. */
uint32_t ecs_row_number(int64_t place);
/* 1..200 bytes of UTF-8 without NUL, else 422 "bad_id". */
bool ecs_row_check_id(const char *id, size_t len, struct ecs_err *err);

/* Borrow the row the statement stands on. */
bool ecs_row_view(struct ecs_sql *sql, sqlite3_stmt *stmt,
    struct ecs_record *record, struct ecs_err *err);
/*
 * Run a statement that answers one row and copy that into buf, unless it was
 * written after sequence: then it is not found.  The statement is reset.
 */
bool ecs_row_fetch(struct ecs_sql *sql, sqlite3_stmt *stmt, uint64_t sequence,
    struct ecs_buf *buf, struct ecs_record *record, bool *found,
    struct ecs_err *err);
#endif
