# Instructions per unit of work on the hot paths, by callgrind, beside those recorded in guards.txt. They
# repeat, unlike times. More than a twentieth above the record is a failure.
#
#   make guards            compares        make guards RECORD=1    writes guards.txt anew
set -eu

build=$1
record=${2:-}
kept=bench/guards.txt
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT

instructions() { # WORK STEPS
	echo "repeat $1 $2" | valgrind --tool=callgrind --callgrind-out-file="$top/out" \
		"$build/bench/syncgen" "$build/bench/data" >/dev/null 2>&1
	sed -n 's/^summary: \([0-9]*\).*/\1/p' "$top/out"
}

node --input-type=module -e "import('$PWD/bench/data.mjs').then((it) => it.writeData('$build/bench/data'))"
passed=0 failed=0
for row in W1:2000 W2:200 W2D:50 W3:500 W4P:20 W4R:20 W5:2000 W6:50 W7U:20; do
	work=${row%:*} steps=${row#*:}
	# The difference of two runs leaves the set-up out.
	one=$(instructions "$work" "$steps")
	two=$(instructions "$work" $((steps * 2)))
	now=$(((two - one) / steps))
	echo "$work $now" >>"$top/now"
	before=$(sed -n "s/^$work //p" "$kept" 2>/dev/null || true)
	if [ -n "$before" ] && [ "$now" -gt $((before * 105 / 100)) ]; then
		echo "FAILED $work: $now instructions, $before recorded"
		failed=$((failed + 1))
	else
		echo "$work: $now instructions${before:+, $before recorded}"
		passed=$((passed + 1))
	fi
done
[ -z "$record" ] || cp "$top/now" "$kept"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
