# The README says what is so: its schema and its C, and that of docs/client.md, compile together as
# they stand, its error is the one that comes, its links lead somewhere, its verbs exist.
set -u
cd "$(dirname "$0")/.."

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
passed=0 failed=0

expect() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >"$top/log" 2>&1; then
		passed=$((passed + 1))
	else
		echo "FAILED $what"
		sed 's/^/    /' "$top/log" | head -20
		failed=$((failed + 1))
	fi
}

# The block of a page that begins with a fence of that language and a line that matches.
block() { # FENCE PATTERN [PAGE]
	awk -v fence="\`\`\`$1" -v pattern="$2" '
		$0 == fence && !inside { inside = 1; text = ""; first = 1; next }
		inside && /^```/ { if (wanted) printf "%s", text; inside = wanted = 0; next }
		!inside && /^```/ { inside = 1; text = ""; first = 0; next }
		inside { if (first && $0 ~ pattern) wanted = 1; first = 0; text = text $0 "\n" }' "${3:-README.md}"
}

block '' '^/// A notebook' >"$top/notes.sync"
block c '^#include <stdio.h>' >"$top/main.c"
block c '^static const notes_handlers' >>"$top/main.c"
block c '^#include <stdio.h>' docs/client.md >"$top/watch.c"
sed 's/string(1..500);/Strng;/' "$top/notes.sync" >"$top/bad.sync"
block '' '^notes.sync:.*error' >"$top/said"

expect 'the schema compiles' "$SYNCGEN" "$top/notes.sync" -o "$top/out"
for program in main watch; do
	# shellcheck disable=SC2046 # a list of words
	expect "$program.c compiles" "${CC:-cc}" -std=c11 -Wall -Wextra -Werror -Wno-unused-result \
		$(pkg-config --cflags libcjson) -Iruntime -I"$top/out" -c "$top/$program.c" -o "$top/$program.o"
done
says() (
	cd "$top" && cp bad.sync notes.sync || exit 1
	"$SYNCGEN" check notes.sync >got 2>&1
	[ -s said ] && diff said got
)
expect 'the error is the one shown' says
for link in $(grep -o '](\([^)h.][^)]*\))' README.md | tr -d '()]'); do
	expect "there is $link" test -e "$link"
done
for verb in $(grep -o '`make [a-z ]*`\|^make [a-z ]*$' README.md | tr -d '\140' | sed 's/^make//'); do
	expect "make $verb" grep -q "^$verb:.*## " Makefile tests/tests.mk bench/bench.mk runtime/install/install.mk
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
