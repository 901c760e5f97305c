/* SPDX-License-Identifier: ISC */
/*
 * run - have ecsearch-extract read a file, and not wait for it for ever.
 *
 * The program is the head of a process group of its own, so that one signal
 * reaches whatever it started.  Its answer is JSON; one that has failed answers
 * "CODE SENTENCE\n" and exits with ECS_EXTRACT_REFUSED.
 */
#include "config.h" /* first: for the GNU extensions */

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ecsearch/err.h"
#include "ecsearch/extract.h"

#include "refusal.h"

enum { TICK_MS = 250, PIECE = 1 << 16 };

struct child {
	pid_t pid;
	int in;  /* what it reads; -1 once all is written */
	int out; /* what it writes */
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool
cannot_run(struct ecs_err *err, const char *program, int why)
{
	return ecs_err_set(err, 503, "extract_failed", "%s cannot be run: %s",
	    program, strerror(why));
}

/* ---- the start ---- */

/*
 * Signals as a fresh program expects them, a group of its own, and of the
 * caller's files only the two ends and standard error.
 */
static int
start_with(const struct ecs_extract_job *job, int in, int out, pid_t *pid)
{
	char *const argv[] = {(char *)(uintptr_t)job->program,
	    (char *)(uintptr_t)job->name, NULL};
	char *const envp[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t set;
	int why;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&how, &set);
	sigfillset(&set);
	sigdelset(&set, SIGKILL);
	sigdelset(&set, SIGSTOP);
	posix_spawnattr_setsigdefault(&how, &set);
	posix_spawnattr_setpgroup(&how, 0);
	why = posix_spawnattr_setflags(&how,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETSIGDEF);
	if (why == 0)
		why = posix_spawn(pid, job->program, &files, &how, argv, envp);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return why;
}

/* A socket pair, as a write to one can be kept from raising SIGPIPE. */
static bool
start(
    const struct ecs_extract_job *job, struct child *child, struct ecs_err *err)
{
	int to[2] = {-1, -1};
	int from[2] = {-1, -1};
	int why = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, to) != 0 ||
	    pipe2(from, O_CLOEXEC) != 0)
		why = errno;
	if (why == 0)
		why = start_with(job, to[1], from[1], &child->pid);
	close_fd(&to[1]);
	close_fd(&from[1]);
	if (why != 0) {
		close_fd(&to[0]);
		close_fd(&from[0]);
		return cannot_run(err, job->program, why);
	}
	child->in = to[0];
	child->out = from[0];
	return true;
}

/* ---- the conversation ---- */

static void
give(struct child *child, const struct ecs_extract_job *job, size_t *given)
{
	ssize_t n = send(child->in, job->body + *given, job->len - *given,
	    MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n >= 0)
		*given += (size_t)n;
	else if (errno == EAGAIN || errno == EINTR)
		return;
	/* One that reads no further has its reasons, and will tell. */
	if (n < 0 || *given == job->len)
		close_fd(&child->in);
}

/* False at the end of its output; err is set when it said too much. */
static bool
take(struct child *child, size_t most, struct ecs_buf *out, struct ecs_err *err)
{
	ssize_t n;

	if (!ecs_buf_reserve(out, PIECE))
		return ecs_err_memory(err);
	n = read(child->out, out->data + out->len, PIECE);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	out->len += (size_t)n;
	out->data[out->len] = '\0';
	if (out->len > most)
		return ecs_err_set(err, 422, "too_large",
		    "the file has more text than is taken");
	return n > 0;
}

static bool
in_time(const struct ecs_extract_job *job, int64_t until, struct ecs_err *err)
{
	if (now_ms() >= until)
		return ecs_err_set(err, 422, "too_slow",
		    "the file takes longer to read than %d seconds",
		    job->seconds);
	if (job->cancelled == NULL || !job->cancelled(job->user))
		return true;
	return ecs_err_set(err, 503, "cancelled", "nobody waits any more");
}

static bool
talk(struct child *child, const struct ecs_extract_job *job,
    struct ecs_buf *out, struct ecs_err *err)
{
	const int64_t until = now_ms() + job->seconds * INT64_C(1000);
	size_t given = 0;

	if (job->len == 0)
		close_fd(&child->in);
	while (in_time(job, until, err)) {
		struct pollfd ends[2] = {{.fd = child->out, .events = POLLIN},
		    {.fd = child->in, .events = POLLOUT}};

		poll(ends, 2, TICK_MS);
		if (ends[0].revents != 0 && !take(child, job->output, out, err))
			break;
		if (ends[1].revents != 0 && child->in >= 0)
			give(child, job, &given);
	}
	return err->status == 0;
}

/* ---- the end ---- */

static bool
read_refusal(const struct ecs_buf *out, struct ecs_err *err)
{
	char code[24];
	const char *space =
	    out->data == NULL ? NULL : memchr(out->data, ' ', out->len);
	size_t len = space == NULL ? 0 : (size_t)(space - out->data);

	if (len == 0 || len >= sizeof(code))
		return ecs_err_set(err, 422, "damaged",
		    "the file cannot be read: it may be damaged");
	memcpy(code, out->data, len);
	code[len] = '\0';
	return ecs_err_set(
	    err, 422, code, "%.*s", (int)strcspn(space + 1, "\n"), space + 1);
}

/* What a program that ended without an answer probably met. */
static bool
read_signal(int number, struct ecs_err *err)
{
	if (number == SIGXCPU || number == SIGKILL)
		return ecs_err_set(err, 422, "too_slow",
		    "the file takes too much work to read");
	return ecs_err_set(err, 422, "damaged",
	    "the file cannot be read: its reader fell over it (signal %d)",
	    number);
}

static bool
settle(
    int status, struct ecs_buf *out, const char *program, struct ecs_err *err)
{
	if (WIFSIGNALED(status))
		return read_signal(WTERMSIG(status), err);
	switch (WEXITSTATUS(status)) {
	case 0:
		return true;
	case ECS_EXTRACT_REFUSED:
		return read_refusal(out, err);
	case 127:
		return cannot_run(err, program, ENOENT);
	default:
		return ecs_err_set(err, 422, "damaged",
		    "the file cannot be read: its reader gave up");
	}
}

bool
ecs_extract(
    const struct ecs_extract_job *job, struct ecs_buf *out, struct ecs_err *err)
{
	struct child child = {-1, -1, -1};
	struct ecs_buf said = {0};
	int status = 0;
	bool ok;

	if (!start(job, &child, err))
		return false;
	ok = talk(&child, job, &said, err);
	/* Ended or not, nothing of its group outlives the call. */
	if (!ok)
		kill(-child.pid, SIGKILL);
	close_fd(&child.in);
	close_fd(&child.out);
	while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
		;
	kill(-child.pid, SIGKILL);
	ok = ok && settle(status, &said, job->program, err);
	if (ok)
		ecs_buf_add(out, said.data, said.len);
	ecs_buf_fini(&said);
	return ok && (!out->failed || ecs_err_memory(err));
}
