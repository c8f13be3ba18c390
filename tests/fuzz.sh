# Each libFuzzer target for so many seconds, then the property tests with thousands of seeds.
#
#   tests/fuzz.sh BUILD SECONDS [TARGET]...
#
# What is found is written to tests/fuzz/corpus/TARGET as libFuzzer names it (crash-…): look, mend,
# keep it under a name that says what went wrong.
set -u

build=$1 seconds=$2
shift 2
status=0
for target in "$@"; do
	corpus=tests/fuzz/corpus/$target
	grown=$build/fuzz/corpus/$target
	mkdir -p "$grown" "$corpus"
	echo "fuzz: $target for $seconds s"
	if ! "$build/fuzz/tests/fuzz_$target" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
		-artifact_prefix="$corpus/" "$grown" "$corpus"; then
		echo "fuzz: $target FAILED" >&2
		status=1
	fi
done

# Property tests read SEEDS; without it they run a fixed panel.
if [ -x "$build/tests/unit" ]; then
	SEEDS=${SEEDS:-5000} "$build/tests/unit" property || status=1
fi
exit $status
