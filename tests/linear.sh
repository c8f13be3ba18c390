# The compiler's work grows as the schema does: instructions for 2,000 structs are at most 2.2 times
# those for 1,000. Counted, not timed, so it repeats.
set -eu
cd "$(dirname "$0")/.."

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT

count() { # STRUCTS
	node bench/structs.mjs sync "$1" >"$top/structs$1.sync"
	valgrind --tool=callgrind --callgrind-out-file="$top/out$1" \
		"$SYNCGEN" "$top/structs$1.sync" -o "$top/gen$1" >"$top/log" 2>&1 || {
		tail -5 "$top/log" >&2
		return 1
	}
	sed -n 's/^summary: \([0-9]*\).*/\1/p' "$top/out$1"
}

small=$(count 1000)
large=$(count 2000)
tenths=$((large * 100 / small))
echo "note: $small instructions for 1,000 structs, $large for 2,000: $((tenths / 100)).$(printf %02d $((tenths % 100))) times"
if [ "$tenths" -le 220 ]; then
	echo '1 passed, 0 failed'
else
	echo 'FAILED more than 2.2 times'
	echo '0 passed, 1 failed'
	exit 1
fi
