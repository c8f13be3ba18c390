# An example outside the tree builds against what `make install` made, moved elsewhere, with
# pkg-config, Make and CMake; the libraries show what they should.
set -u
cd "$(dirname "$0")/../.."

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
log=$top/log
passed=0 failed=0

expect() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
	else
		echo "FAILED $what"
		sed 's/^/    /' "$log" | tail -30
		failed=$((failed + 1))
	fi
}
finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
	exit
}
says() { # EXPECTED COMMAND...
	expected=$1
	shift
	got=$("$@") && echo "$got" && [ "$got" = "$expected" ]
}

expect 'make install' make BUILD="$BUILD" PREFIX=/opt/first DESTDIR="$top/stage" install
[ "$failed" = 0 ] || finish

# Whatever is in it holds after a move.
prefix="$top/second place/syncgen"
mkdir -p "$top/second place"
mv "$top/stage/opt/first" "$prefix"
expect 'nothing names the place of installation' sh -c '! grep -rIl /opt/first "$1"' sh "$prefix"
expect 'the compiler runs' "$prefix/bin/syncgen" --version
for file in bin/syncgen include/syncgen/syncgen.h lib/libsyncgen.a lib/libsyncgen.so lib/libsyncgen.so.0 \
	lib/pkgconfig/syncgen.pc lib/cmake/syncgen/syncgenConfig.cmake share/syncgen/syncgen.mk \
	share/man/man1/syncgen.1 share/syncgen/templates/c; do
	expect "has $file" test -e "$prefix/$file"
done

# Blanks in paths are CMake's and the compiler's to bear; Make and pkg-config cannot.
ln -s "$prefix" "$top/prefix"
prefix=$top/prefix
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" LD_LIBRARY_PATH="$prefix/lib"
said='Sea: 1 book, 78 bytes'
app=$top/app
cp -r tests/install/app "$app"

plain() { # FLAG OF pkg-config
	mkdir -p "$app/plain" &&
		"$prefix/bin/syncgen" "$app/schemas/shelf.sync" -o "$app/plain" &&
		# shellcheck disable=SC2046 # lists of words
		${CC:-cc} -I"$app/plain" -I"$app/plain/common" $(pkg-config --cflags syncgen) "$app/main.c" \
			$(find "$app/plain" -name '*.c') $2 $(pkg-config --libs $1 syncgen) -o "$app/plain/app"
}
expect 'pkg-config: builds' plain '' ''
expect 'pkg-config: runs' says "$said" "$app/plain/app"
expect 'pkg-config --static: builds' plain --static -Wl,-Bstatic,-lsyncgen,-Bdynamic
expect 'pkg-config --static: runs' says "$said" env -u LD_LIBRARY_PATH "$app/plain/app"

with_make() {
	make -C "$app" SYNCGEN_MK="$prefix/share/syncgen/syncgen.mk" "$@"
}
expect 'syncgen.mk: builds' with_make
expect 'syncgen.mk: runs' says "$said" "$app/app"
expect 'syncgen.mk: a second make has nothing to do' with_make -q
sleep 1
touch "$app/schemas/common/people.sync"
expect 'syncgen.mk: an imported schema is followed' sh -c '! "$@"' sh \
	make -C "$app" SYNCGEN_MK="$prefix/share/syncgen/syncgen.mk" -q

expect 'cmake: configures' cmake -S "$app" -B "$app/cmake" -DCMAKE_PREFIX_PATH="$prefix"
expect 'cmake: builds' cmake --build "$app/cmake"
expect 'cmake: runs, shared' says "$said" "$app/cmake/app"
expect 'cmake: runs, static' says "$said" env -u LD_LIBRARY_PATH "$app/cmake/app-static"
no_compiling() {
	cmake --build "$app/cmake" >"$top/again" && ! grep -E 'Building|syncgen app' "$top/again"
}
expect 'cmake: a second build has nothing to do' no_compiling
sleep 1
touch "$app/schemas/common/people.sync"
follows() {
	cmake --build "$app/cmake" | grep 'syncgen app'
}
expect 'cmake: an imported schema is followed' follows

expect 'SONAME' sh -c 'readelf -d "$1" | grep -q "SONAME.*\[libsyncgen.so.0\]"' sh "$prefix/lib/libsyncgen.so"
expect 'only sync_ names are visible' sh -c \
	'! nm -D --defined-only "$1" | grep -v -e " sync_" -e " SYNCGEN_0"' sh "$prefix/lib/libsyncgen.so"
expect 'needs no hiredis' sh -c \
	'! readelf -d "$1" | grep -E "NEEDED.*hiredis"' sh "$prefix/lib/libsyncgen.so"

core() {
	make BUILD="$BUILD/core" LWS=0 SQLITE=0 "$BUILD/core/libsyncgen.so" &&
		! readelf -d "$BUILD/core/libsyncgen.so" | grep -E 'NEEDED.*(websockets|sqlite)'
}
expect 'LWS=0 SQLITE=0: a core without libwebsockets and SQLite' core
finish
