# The compiler when memory runs out: its n-th allocation and all after it fail, for many n. It says so,
# ends with 3, and has written nothing; or it did not need as much, and has written everything.
set -u
cd "$(dirname "$0")/.."

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
cat >"$top/failing.c" <<'C'
#include <stddef.h>
#include <stdlib.h>

void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

static int fails(void)
{
	static long left = -1;
	if (left < 0)
		left = atol(getenv("FAIL_AT"));
	return left == 0 || --left == 0;
}

void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
C
# shellcheck disable=SC2086
if ! ${CC:-cc} -shared -fPIC -o "$top/failing.so" "$top/failing.c" 2>/dev/null ||
	! FAIL_AT=1000000 LD_PRELOAD="$top/failing.so" "$SYNCGEN" --version >/dev/null 2>&1; then
	echo 'skipped: this system cannot replace malloc'
	exit 0
fi

input=tests/schema/types.sync
passed=0 failed=0 complete=0 n=1
while [ $complete -lt 3 ] && [ $n -lt 100000 ]; do
	FAIL_AT=$n LD_PRELOAD="$top/failing.so" "$SYNCGEN" "$input" -o "$top/out" >"$top/log" 2>&1
	status=$?
	files=$(find "$top/out" -type f 2>/dev/null | wc -l)
	if [ $status = 0 ] && [ "$files" = 4 ]; then
		complete=$((complete + 1)) passed=$((passed + 1))
	elif [ $status = 3 ] && [ "$files" = 0 ] && grep -q 'memory' "$top/log"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED without allocation $n: status $status, $files files"
		head -3 "$top/log"
	fi
	rm -rf "$top/out"
	[ $complete = 0 ] && last=$n
	# Every one of the first, then further and further apart.
	n=$((n + 1 + n / 40))
done
echo "note: enough from allocation $last on"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ $complete -gt 0 ]
