/* SPDX-License-Identifier: ISC */
#ifndef ECS_LOG_H
#define ECS_LOG_H
/*
 * The log: one line a message on standard error, led by the <N> priority that
 * journald reads when JOURNAL_STREAM is set, else by the level's name.  Never
 * log what a person typed, an address of a visitor, or a key.
 */
enum ecs_log_level {
	ECS_LOG_ERROR = 3, /* the numbers are syslog's */
	ECS_LOG_WARNING = 4,
	ECS_LOG_NOTICE = 5,
	ECS_LOG_INFO = 6,
	ECS_LOG_DEBUG = 7
};

/* Messages above level are dropped; ECS_LOG_NOTICE at start. */
void ecs_log_set_level(enum ecs_log_level level);
void ecs_log(enum ecs_log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
#endif
