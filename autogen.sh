#!/bin/sh
# SPDX-License-Identifier: ISC
#
# autogen.sh - from a fresh clone to a working search, in one command.
#
# What each command does stands in usage() below.  Every step is skipped when
# its result is already there, so a second call is quick.

set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")"

# What a Debian 12 or later needs to build, run and test everything.
PACKAGES="g++ make autoconf automake pkg-config xz-utils python3
	libxapian-dev libevent-dev libjansson-dev libicu-dev libsqlite3-dev
	libsodium-dev libexttextcat-dev libinih-dev libarchive-dev
	libcurl4-openssl-dev zlib1g-dev libstemmer-dev libcsv-dev uthash-dev
	libxml2-dev libcmark-dev libseccomp-dev poppler-utils libcmocka-dev
	hunspell-bg hunspell-cs hunspell-da hunspell-fr-classical hunspell-hr
	hunspell-hu hunspell-lv hunspell-pl hunspell-pt-pt hunspell-sk
	hunspell-sl myspell-et"

# What the tests in a browser need besides; without it they are skipped.  The
# commands are looked for, as node comes from elsewhere too.
WEB_PACKAGES="chromium nodejs npm"

# Where the daemon of `run` listens and keeps its data.
LISTEN=${ECSEARCH_LISTEN:-127.0.0.1:${ECSEARCH_PORT:-8480}}
DATA=${ECSEARCH_DATA:-data}

usage()
{
	cat <<-EOF
	usage: ./autogen.sh [COMMAND]

	  (none)   make ./configure, as everyone expects
	  deps     install what is missing, from Debian's packages (root or sudo)
	  run      deps, build, index corpus/ and serve it until Ctrl-C
	  check    deps, build and run all tests; ends in "N passed, N failed"
	  help     this text

	ECSEARCH_LISTEN (HOST:PORT) or ECSEARCH_PORT moves the daemon of "run"
	from 127.0.0.1:8480; ECSEARCH_DATA moves its data from ./data.
	EOF
}

say()
{
	echo "autogen.sh: $*"
}

die()
{
	echo "autogen.sh: $*" >&2
	exit 1
}

# Names of the packages that are not installed.
missing_packages()
{
	for package in $PACKAGES; do
		status=$(dpkg-query -W -f='${db:Status-Status}' "$package" \
		    2>/dev/null) || status=
		[ "$status" = installed ] || printf '%s ' "$package"
	done
}

deps()
{
	if ! command -v dpkg-query >/dev/null; then
		say "not a Debian system: needed are $PACKAGES"
		return 0
	fi
	# shellcheck disable=SC2046 # a list of words on purpose
	set -- $(missing_packages)
	if [ $# -eq 0 ]; then
		say "all packages are there"
		return 0
	fi
	install "$@"
}

# Install packages of Debian, by sudo when need be.
install()
{
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null ||
		    die "as root: apt-get install $*"
		as_root="sudo"
	fi
	say "installing $*"
	$as_root apt-get update -qq &&
	    $as_root env DEBIAN_FRONTEND=noninteractive \
	        apt-get install -y -qq --no-install-recommends "$@"
}

# What the tests in a browser need: as much of it as can be had.
web_deps()
{
	set --
	for package in $WEB_PACKAGES; do
		command -v "${package%js}" >/dev/null || set -- "$@" "$package"
	done
	if [ $# -gt 0 ] && command -v dpkg-query >/dev/null; then
		(install "$@") || say "no $*: some tests will be skipped"
	fi
	tests/web/setup || say "the tests in a browser will be skipped"
}

bootstrap()
{
	autoreconf --install
}

# make itself runs autoreconf and configure again when their inputs change.
build()
{
	{ [ -f configure ] || bootstrap; } &&
	    { [ -f Makefile ] || ./configure --quiet; } &&
	    make -s -j"$(nproc)" all
}

# Wait until the daemon answers; fails when it ends instead.
wait_for_daemon()
{
	tries=0
	until ./ecsearch collections >/dev/null 2>&1; do
		kill -0 "$1" 2>/dev/null || return 1
		tries=$((tries + 1))
		[ $tries -lt 300 ] || return 1
		sleep 0.2
	done
}

# Index corpus/ when this data directory has not seen it as it is now.
index_corpus()
{
	stamp=$DATA/corpus.indexed
	if [ -f "$stamp" ] && [ -z "$(find corpus -newer "$stamp")" ]; then
		say "corpus/ is indexed already"
		return 0
	fi
	all_in=yes
	for collection in members groups agenda; do
		[ -d "corpus/$collection" ] || continue
		./ecsearch import "$collection" "corpus/$collection" ||
		    all_in=no
	done
	if [ $all_in = yes ]; then
		: >"$stamp"
	else
		say "corpus/ is not wholly indexed, see above" >&2
	fi
}

examples()
{
	cat <<-EOF

	ecsearchd answers at $ECSEARCH_URL (Ctrl-C ends it); try

	  curl '$ECSEARCH_URL/v1/search?q=securite+des+reseaux'
	  curl '$ECSEARCH_URL/v1/collections/members/search?q=healthcare&facets=country,stakeholder'
	  ./ecsearch --url $ECSEARCH_URL search agenda post-quantum cryptography

	EOF
}

run()
{
	deps
	build
	mkdir -p "$DATA"
	port=${LISTEN##*:}
	host=${LISTEN%:*}
	case $host in
	0.0.0.0 | '*' | '') host=127.0.0.1 ;;
	'[::]') host='[::1]' ;;
	esac
	ECSEARCH_URL=http://$host:$port
	ECSEARCH_DATA=$DATA
	export ECSEARCH_URL ECSEARCH_DATA
	./ecsearchd --data "$DATA" --schema corpus/schema.json \
	    --listen "$LISTEN" &
	daemon=$!
	trap 'kill $daemon 2>/dev/null && wait $daemon || :' EXIT
	trap 'exit 0' INT TERM HUP
	wait_for_daemon $daemon || die "ecsearchd did not start, see above"
	index_corpus
	examples
	wait $daemon
}

# Add up the results that make check left, one .trs file for each test; a
# failure outside of any test, such as a broken build, counts as one.
check()
{
	deps
	web_deps
	find . -name '*.trs' -exec rm -f {} +
	broken=0
	{ build && make -s -j"$(nproc)" VERBOSE=1 check; } || broken=1
	find tests -name '*.log' -exec sed -n \
	    's/^ok [0-9]* - \(.*\) # SKIP */skipped: \1: /p' {} +
	find tests -name '*.log' -exec grep -H '^1\.\.0 # SKIP' {} + |
	    sed 's/:1\.\.0 # SKIP */: /; s/^/skipped: /; s/\.log:/:/'
	find . -name '*.trs' -exec sed -n 's/^:test-result: *//p' {} + |
	    awk -v broken=$broken '
		/^(PASS|XFAIL)/ { passed++ }
		/^(FAIL|XPASS|ERROR)/ { failed++ }
		END {
			if (broken && !failed)
				failed = 1
			printf "%d passed, %d failed\n", passed, failed
			exit failed > 0
		}'
}

case ${1-} in
'') bootstrap ;;
deps) deps ;;
run) run ;;
check) check ;;
help | -h | --help) usage ;;
*)
	usage >&2
	exit 2
	;;
esac
