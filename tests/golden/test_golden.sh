# Every kept output is what the compiler prints now; it compiles as C and as C++ without a warning,
# as TypeScript with --strict; its JSON Schemas are schemas; a second run writes nothing.
set -u
cd "$(dirname "$0")/../.."
. tests/golden/list.sh

top=$BUILD/golden
rm -rf "$top"
mkdir -p "$top"
warn='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Werror'
cjson=$(pkg-config --cflags libcjson)
passed=0 failed=0

expect() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >"$top/log" 2>&1; then
		passed=$((passed + 1))
	else
		echo "FAILED $what"
		head -20 "$top/log" | sed 's/^/    /'
		failed=$((failed + 1))
	fi
}

compiles() { # FOLDER COMPILER...
	folder=$1
	shift
	for file in $(find "$folder" -name '*.c'); do
		# shellcheck disable=SC2086 # lists of words
		"$@" $warn $cjson -O1 -Iruntime -I"$folder" -c "$file" -o "$top/object.o" || return 1
	done
}

# Without syncgen between, mtimes of a second run would be those of the first.
writes_nothing() { # SOURCE FOLDER
	touch -d '2001-01-01' $(find "$2" -type f)
	golden_generate "$SYNCGEN" "$1" "$2" && [ -z "$(find "$2" -newermt 2001-01-02 -type f)" ]
}

# What the TypeScript imports.
mkdir -p "$top/node_modules/syncgen"
ln -s "$PWD/runtime/ts/src" "$top/node_modules/syncgen/src"
printf '{ "type": "module", "exports": { "./*": "./src/*.ts" } }\n' >"$top/node_modules/syncgen/package.json"

for source in $(golden_sources); do
	name=$(golden_name "$source")
	expect "$source: generates" golden_generate "$SYNCGEN" "$source" "$top/$name"
	expect "$source: is as kept (if it should be another: make golden)" diff -r "tests/golden/$name" "$top/$name"
	expect "$source: gcc" compiles "$top/$name" "${CC:-cc}" -std=c11
	expect "$source: clang" compiles "$top/$name" clang -std=c11
	expect "$source: g++" compiles "$top/$name" g++ -std=c++17 -x c++
	expect "$source: a second run writes nothing" writes_nothing "$source" "$top/$name"
	expect "$source: tsc --strict" tests/node_modules/.bin/tsc --noEmit --strict --target es2022 \
		--module nodenext --moduleResolution nodenext $(find "$top/$name" -name '*.ts')
	expect "$source: JSON Schema" node tests/golden/schemas.mjs $(find "$top/$name" -name '*.schema.json')
done

# What a task gives has its type: of two programs that differ in it alone one compiles.
ends_task() { # TYPE
	printf '%s\n' '#include "names.h"' 'sync_status end(sync_task *task, const void *value);' \
		'sync_status end(sync_task *task, const void *value)' \
		"{ const $1 *it = value; return this__finish_register(task, it); }" >"$top/end.c"
	# shellcheck disable=SC2086 # lists of words
	"${CC:-cc}" -std=c11 $warn $cjson -Iruntime -I"$top/names" -c "$top/end.c" -o "$top/object.o"
}
refuses() {
	! "$@"
}
expect "the result of a task has its type" ends_task bool
expect "the result of a task has no other type" refuses ends_task uint32_t

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
