/* SPDX-License-Identifier: ISC */
/*
 * pdf_fetch - what poppler's tools say of a PDF.
 *
 * They get the file as standard input, a copy in memory that can be sought in
 * and has no name, and run behind the same walls as this program; what they say
 * is read to a limit and parsed later, behind stricter ones.
 */
#include "config.h" /* first: for the GNU extensions */

#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jail.h"
#include "pdf.h"

enum { INFO_BYTES = 1 << 18, XML_BYTES = 192 << 20, PIECE = 1 << 16 };

#define COPY "/proc/self/fd/0"

static bool
no_room(struct ecs_err *err)
{
	return ecs_err_set(err, 503, "extract_failed",
	    "the file cannot be handed on: %s", strerror(errno));
}

/* An open copy of the file, or -1. */
static int
copy(const struct file *file, struct ecs_err *err)
{
	int fd = memfd_create("file", MFD_CLOEXEC);
	size_t done = 0;

	while (fd >= 0 && done < file->len) {
		ssize_t n = write(fd, file->data + done, file->len - done);

		if (n < 0 && errno != EINTR) {
			close(fd);
			fd = -1;
			break;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0)
		no_room(err);
	return fd;
}

/* In the child: become the tool, or end. */
static void
become(const char *const *argv, int file, int out, bool with_errors)
{
	int none = open("/dev/null", O_WRONLY);

	if (dup2(file, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(with_errors ? out : none, STDERR_FILENO) < 0)
		_exit(127);
	ecs_jail_last_child();
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* False when it said more than most, which it is then stopped in. */
static bool
listen_to(int from, size_t most, struct ecs_buf *out)
{
	ssize_t n = 1;

	while (n != 0 && out->len <= most) {
		if (!ecs_buf_reserve(out, PIECE))
			return false;
		n = read(from, out->data + out->len, PIECE);
		if (n < 0 && errno != EINTR)
			return false;
		out->len += n > 0 ? (size_t)n : 0;
		out->data[out->len] = '\0';
	}
	return out->len <= most;
}

/* Run a tool; *status is its own. */
static bool
run(const char *const *argv, int file, size_t most, struct ecs_buf *out,
    int *status, struct ecs_err *err)
{
	bool with_errors = most == INFO_BYTES;
	int ends[2];
	pid_t pid;
	bool whole;

	if (lseek(file, 0, SEEK_SET) < 0 || pipe2(ends, O_CLOEXEC) != 0)
		return no_room(err);
	pid = fork();
	if (pid == 0)
		become(argv, file, ends[1], with_errors);
	close(ends[1]);
	whole = pid > 0 && listen_to(ends[0], most, out);
	close(ends[0]);
	if (pid < 0)
		return no_room(err);
	if (!whole)
		kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return whole ||
	    ecs_err_set(
		err, 422, "too_large", "the file has more text than is taken");
}

static bool
too_much_work(int status, struct ecs_err *err)
{
	return WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL) &&
	    !ecs_err_set(
		err, 422, "too_slow", "the file takes too much work to read");
}

static bool
check_info(const struct ecs_buf *info, int status, struct ecs_err *err)
{
	if (info->data != NULL &&
	    strstr(info->data, "Incorrect password") != NULL)
		return ecs_err_set(err, 422, "encrypted",
		    "the file is encrypted: save it without a password");
	if (too_much_work(status, err))
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return ecs_err_set(
		    err, 503, "extract_failed", "%s cannot be run", PDFINFO);
	return (status == 0 && info->data != NULL) ||
	    ecs_err_set(
		err, 422, "damaged", "the PDF is damaged: it may be cut off");
}

static bool
fetch_info(int file, struct ecs_buf *info, struct ecs_err *err)
{
	static const char *const argv[] = {
	    PDFINFO, "-enc", "UTF-8", "-isodates", COPY, NULL};
	int status = 0;

	return run(argv, file, INFO_BYTES, info, &status, err) &&
	    check_info(info, status, err);
}

bool
ecs_pdf_info(const struct ecs_buf *info, const char *key, const char **value,
    size_t *len)
{
	size_t key_len = strlen(key);

	for (const char *line = info->data; line != NULL && *line != '\0';) {
		size_t n = strcspn(line, "\n");

		if (n > key_len && strncmp(line, key, key_len) == 0 &&
		    line[key_len] == ':') {
			*value = line + key_len + 1;
			*len = n - key_len - 1;
			return true;
		}
		line += n + (line[n] == '\n');
	}
	return false;
}

static bool
check_pages(const struct ecs_buf *info, struct ecs_err *err)
{
	const char *value;
	size_t len;
	long pages = ecs_pdf_info(info, "Pages", &value, &len)
	    ? strtol(value, NULL, 10)
	    : 0;

	if (pages > PDF_PAGES)
		return ecs_err_set(err, 422, "too_large",
		    "the file has %ld pages; %d are the most", pages,
		    PDF_PAGES);
	if (pages < 1)
		return ecs_err_set(err, 422, "damaged", "the PDF has no pages");
	return true;
}

static bool
fetch_xml(int file, bool hidden, struct ecs_buf *xml, struct ecs_err *err)
{
	const char *argv[] = {PDFTOHTML, "-xml", "-i", "-q", "-stdout", "-enc",
	    "UTF-8", COPY, hidden ? "-hidden" : NULL, NULL};
	int status = 0;

	if (hidden) {
		argv[7] = "-hidden";
		argv[8] = COPY;
	}
	if (!run(argv, file, XML_BYTES, xml, &status, err))
		return false;
	if (too_much_work(status, err))
		return false;
	return status == 0 ||
	    ecs_err_set(err, 422, "damaged",
		"the PDF's pages cannot be read: it may be damaged");
}

/* A scan that was read by a machine has its words hidden below the picture. */
bool
ecs_pdf_fetch(const struct file *file, struct ecs_buf *info,
    struct ecs_buf *xml, struct ecs_err *err)
{
	int fd = copy(file, err);
	bool ok;

	if (fd < 0)
		return false;
	ok = fetch_info(fd, info, err) && check_pages(info, err) &&
	    fetch_xml(fd, false, xml, err);
	if (ok && strstr(xml->data, "<text ") == NULL) {
		ecs_buf_reset(xml);
		ok = fetch_xml(fd, true, xml, err);
	}
	close(fd);
	return ok;
}
