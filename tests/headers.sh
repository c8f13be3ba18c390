# Every header compiles alone: the public ones as C and as C++, with every warning.
set -u
cd "$(dirname "$0")/.."

warn='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Werror'
cjson=$(pkg-config --cflags libcjson 2>/dev/null)
passed=0 failed=0

try() { # NAME INCLUDED COMPILER...
	name=$1 header=$2
	shift 2
	# shellcheck disable=SC2086 # lists of words
	if printf '#include "%s"\n#include "%s"\nextern int nothing;\n' "$header" "$header" |
		"$@" $warn $cjson -Iruntime -fsyntax-only -; then
		passed=$((passed + 1))
	else
		echo "FAILED $name: $*"
		failed=$((failed + 1))
	fi
}

for header in runtime/syncgen/*.h; do
	name=${header#runtime/}
	try "$name" "$name" "${CC:-cc}" -std=c11 -x c
	try "$name" "$name" clang -std=c11 -x c
	try "$name" "$name" g++ -std=c++17 -x c++
done
for header in idl/*.h gen/*.h runtime/*.h; do
	try "$header" "$header" "${CC:-cc}" -std=c11 -D_XOPEN_SOURCE=700 -x c -I. \
		-I"${BUILD:-build}/gen/idl"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
