# Each libFuzzer target for so many seconds, then the property tests with many seeds.
#
#   tests/fuzz.sh BUILD SECONDS SEEDS [TARGET]...
#
# What is found is written to tests/fuzz/corpus/TARGET as libFuzzer names it (crash-…): look, mend,
# keep it under a name that says what went wrong.
set -u

build=$1 seconds=$2 seeds=$3
shift 3
status=0
for target in "$@"; do
	corpus=tests/fuzz/corpus/$target
	grown=$build/fuzz/corpus/$target
	mkdir -p "$grown" "$corpus"
	echo "fuzz: $target for $seconds s"
	log=$build/fuzz/$target.log
	if ! "$build/fuzz/tests/fuzz_$target" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -artifact_prefix="$corpus/" "$grown" "$corpus" >"$log" 2>&1; then
		tail -40 "$log"
		echo "fuzz: $target FAILED" >&2
		status=1
	fi
	sed -n 's/^Done /fuzz: done /p' "$log"
done

# Tests that draw numbers, with other numbers each time. SEED=n repeats one.
draw() { # SEEDS SUITE...
	last=$1
	shift
	echo "fuzz: $last seeds for $*"
	seed=1
	while [ "$seed" -le "$last" ]; do
		if ! SEED=$seed "$build/tests/unit" "$@" >"$build/fuzz/unit.log" 2>&1; then
			grep FAILED "$build/fuzz/unit.log"
			echo "fuzz: repeat it with SEED=$seed $build/tests/unit $*" >&2
			status=1
		fi
		seed=$((seed + 1))
	done
}
# These two play thousands of rounds at each run.
slow='test_number test_track'
quick=$(grep -l seed_start tests/unit/test_*.c | sed 's|.*/\(.*\)\.c|\1|' | grep -vxF "$(printf '%s\n' $slow)")
# shellcheck disable=SC2086 # lists of words
draw "$seeds" $quick
# shellcheck disable=SC2086
draw $((seeds / 100 + 1)) $slow
echo "fuzz: $seeds random schemas"
node tests/random/run.mjs "$build" 1000 "$seeds" || status=1
exit $status
