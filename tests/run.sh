# Runs the tests and sums them up.
#
#   tests/run.sh all|c [FUZZ TARGET]...
#
# A test is a program whose last line is "N passed, N failed"; one without such a line counts as one,
# by its exit status. Its output is shown when something failed. Lines that begin with "note:" or say
# "skipped" are always shown: nothing is left out in silence.
# Tests find in the environment: BUILD (absolute; the first argument too), SUITES (absolute), CC,
# SYNCGEN; they run at the top.
set -u
# A make that a test runs is a user's, not a part of the one above.
unset MAKEFLAGS MFLAGS MAKELEVEL

which=$1
shift
export SYNCGEN="$BUILD/syncgen"
log=$BUILD/tests/log
mkdir -p "$BUILD/tests"
passed=0 failed=0

run() {
	name=$1
	shift
	start=$(date +%s)
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	counts=$(sed -n 's/^\(.*: \)\{0,1\}\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\2 \3/p' "$log" | tail -1)
	good=${counts% *} bad=${counts#* }
	if [ -z "$counts" ]; then
		good=1 bad=0
		[ $status = 0 ] || good=0 bad=1
	elif [ $status != 0 ] && [ "$bad" = 0 ]; then
		echo "exit status $status" >>"$log"
		bad=1
	elif [ "$good" = 0 ] && [ "$bad" = 0 ]; then
		echo "ran nothing" >>"$log"
		grep -q 'skipped' "$log" || bad=1
	fi
	passed=$((passed + good)) failed=$((failed + bad))
	took=$(($(date +%s) - start))
	if [ "$bad" != 0 ]; then
		echo "FAILED $name: $good passed, $bad failed (${took} s)"
		tail -40 "$log" | cut -c1-240 | sed 's/^/    /'
	else
		echo "ok     $name: $good passed (${took} s)"
		grep -E '^(note:|.*skipped)' "$log" | sed 's/^/       /'
	fi
}

[ -x "$BUILD/tests/unit" ] && run unit "$BUILD/tests/unit"
for target in "$@"; do
	run "fuzz/$target" "$BUILD/tests/replay_$target" "tests/fuzz/corpus/$target"
done

scripts=$(ls tests/*.sh tests/*/test*.sh tests/*/test*.mjs tests/*/run.sh tests/*/run.mjs 2>/dev/null)
# Those that run our C and nothing else that is slow; CFLAGS and E2E_CFLAGS bring the sanitizers.
[ "$which" = all ] ||
	scripts=$(ls tests/cli.sh tests/models/run.mjs tests/random/run.mjs tests/ts/test_wire.mjs \
		tests/e2e/test_autobahn.mjs tests/e2e/test_cli.mjs tests/e2e/test_embedded.mjs tests/e2e/test_immer.mjs \
		tests/e2e/test_life.mjs tests/e2e/test_load.mjs tests/e2e/test_native.mjs tests/e2e/test_server.mjs \
		tests/e2e/test_tls.mjs tests/e2e/test_watch.mjs tests/e2e/test_write.mjs tests/e2e/test_ws_sync.mjs 2>/dev/null)
[ -d tests/node_modules ] || echo "the npm packages of tests/ are not there: make deps" >&2
for script in $scripts; do
	case $script in
	tests/run.sh | tests/deps.sh | tests/npm.sh | tests/fuzz.sh) ;;
	*.sh) run "${script#tests/}" sh "$script" "$BUILD" ;;
	*.mjs) run "${script#tests/}" node "$script" "$BUILD" ;;
	esac
done

rm -f "$log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
