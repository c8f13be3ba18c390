# Names survive what a program includes around a generated header: every standard header, those of
# POSIX and Linux that are known for macros, before it and behind it; as C11, C23, C++17 and C++20.
set -u
cd "$(dirname "$0")/../.."
top=$BUILD/names
rm -rf "$top" && mkdir -p "$top"
headers='assert ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdarg stdbool
stddef stdint stdio stdlib string time wchar wctype fcntl unistd pthread dirent poll sched sys/types
sys/stat sys/socket sys/sysmacros sys/param sys/un sys/wait netinet/in netinet/tcp arpa/inet netdb
termios syslog endian'
warn='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Werror'
passed=0 failed=0

expect() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >"$top/log" 2>&1; then
		passed=$((passed + 1))
	else
		echo "FAILED $name"
		head -20 "$top/log" | sed 's/^/    /'
		failed=$((failed + 1))
	fi
}

includes() {
	for header in $headers; do
		# C++ has no complex.h of C's, and iso646 is built in.
		echo "#include <$header.h>"
	done
}

for source in tests/golden/names.sync tests/golden/clash.sync tests/names/hidden.sync tests/names/macros.sync tests/unit/every.sync; do
	base=$(basename "$source" .sync)
	expect "$source: generates" "$SYNCGEN" --emit c -o "$top" "$source"
	{ includes; echo "#include \"$base.c\""; } >"$top/before_$base.c"
	{ echo "#include \"$base.h\""; includes; } >"$top/behind_$base.c"
	for place in before behind; do
		file=$top/${place}_$base.c
		# shellcheck disable=SC2086 # lists of words
		for language in "${CC:-cc} -std=gnu11" "${CC:-cc} -std=gnu2x" "clang -std=gnu11" \
			"g++ -std=gnu++17 -x c++" "g++ -std=gnu++20 -x c++"; do
			expect "$source, headers $place, $language" $language $warn -D_GNU_SOURCE -Iruntime \
				-I"$top" -fsyntax-only "$file"
		done
	done
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
