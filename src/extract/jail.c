/* SPDX-License-Identifier: ISC */
/*
 * jail - limits, landlock and seccomp.
 */
#include "config.h" /* first: for the GNU extensions */

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/err.h"

#include "jail.h"

/* A sanitizer maps terabytes of shadow and opens files when it reports. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static const struct {
	int what;
	rlim_t most;
} limits[] = {
    {RLIMIT_CPU, 20}, /* seconds */
    {RLIMIT_AS, (rlim_t)1 << 30},
    {RLIMIT_FSIZE, (rlim_t)256 << 20}, /* of the copy that poppler reads */
    {RLIMIT_NOFILE, 32},
    {RLIMIT_CORE, 0},
};

static void
tell(const char *what)
{
	fprintf(stderr, "ecsearch-extract: this kernel has no %s: %s\n", what,
	    strerror(errno));
}

static bool
set_limits(struct ecs_err *err)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit limit = {limits[i].most, limits[i].most};

		if (SANITIZED && limits[i].what == RLIMIT_AS)
			continue;
		if (setrlimit(limits[i].what, &limit) != 0)
			return ecs_err_set(err, 503, "extract_failed",
			    "a limit cannot be set: %s", strerror(errno));
	}
	return true;
}

/* ---- files ---- */

enum { MAY_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR };

static void
allow_below(int ruleset, const char *path, unsigned access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
	    &rule, 0);
	close(rule.parent_fd);
}

/*
 * Every right of the first version of landlock (Linux 5.13) is refused but for
 * reading where libraries and poppler's tables lie, and for running the two
 * tools and what loads them.  Later versions only split what is refused.
 */
static bool
lock_files(void)
{
	static const char *const readable[] = {"/usr/lib", "/usr/share",
	    "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache",
	    "/etc/fonts", "/proc/self"};
	static const char *const runnable[] = {
	    PDFTOHTML, PDFINFO, "/lib64", "/lib", "/usr/lib"};
	const struct landlock_ruleset_attr all = {
	    .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	int ruleset =
	    (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	bool ok;

	if (ruleset < 0)
		return false;
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		allow_below(ruleset, readable[i], MAY_READ);
	for (size_t i = 0; i < sizeof(runnable) / sizeof(runnable[0]); i++)
		allow_below(ruleset, runnable[i],
		    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE);
	/* What poppler complains of goes there. */
	allow_below(ruleset, "/dev/null",
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
	ok = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return ok;
}

/* ---- calls ---- */

/* What neither a reader nor poppler has any business with. */
static const char *const refused[] = {"socket", "socketpair", "connect", "bind",
    "listen", "accept", "accept4", "ptrace", "process_vm_readv",
    "process_vm_writev", "pidfd_open", "pidfd_getfd", "kcmp", "mount",
    "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen",
    "fsmount", "fsconfig", "fspick", "unshare", "setns", "bpf",
    "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "keyctl", "add_key", "request_key", "init_module",
    "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
    "swapon", "swapoff", "acct", "quotactl", "settimeofday", "clock_settime",
    "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm",
    "open_by_handle_at", "name_to_handle_at", "personality", "setpgid",
    "setsid", "fanotify_init", "inotify_init1", "shmget", "msgget", "semget",
    "mq_open", "setuid", "setgid", "setresuid", "setresgid", "setgroups"};

/* What is enough for one who has all that is read open already. */
static const char *const strict[] = {"read", "write", "writev", "close",
    "fstat", "newfstatat", "lseek", "mmap", "munmap", "mremap", "mprotect",
    "madvise", "brk", "exit", "exit_group", "futex", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "getrandom",
    "clock_gettime", "gettimeofday", "time", "getpid", "gettid", "tgkill",
    "sched_yield", "restart_syscall", "prctl", "getrusage", "sched_getaffinity",
    "readlink", "rseq", "membarrier"};

static bool
filter_calls(
    uint32_t others, uint32_t named, const char *const *names, size_t n)
{
	scmp_filter_ctx filter = seccomp_init(others);
	bool ok = filter != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		/* One that this machine never had needs no rule. */
		if (call >= 0)
			ok = seccomp_rule_add(filter, named, call, 0) == 0;
	}
	if (ok) {
		int failed = seccomp_load(filter);

		errno = -failed;
		ok = failed == 0;
	}
	if (filter != NULL)
		seccomp_release(filter);
	return ok;
}

bool
ecs_jail_enter(struct ecs_err *err)
{
	if (!set_limits(err))
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return ecs_err_set(err, 503, "extract_failed",
		    "privileges cannot be given up: %s", strerror(errno));
	if (SANITIZED)
		return true;
	if (!lock_files())
		tell("landlock");
	if (!filter_calls(SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM), refused,
		sizeof(refused) / sizeof(refused[0])))
		tell("seccomp");
	return true;
}

void
ecs_jail_strict(void)
{
	if (SANITIZED)
		return;
	if (!filter_calls(SCMP_ACT_ERRNO(EPERM), SCMP_ACT_ALLOW, strict,
		sizeof(strict) / sizeof(strict[0])))
		tell("seccomp");
}

void
ecs_jail_last_child(void)
{
	static const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_NPROC, &none);
}
