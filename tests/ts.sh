# The TypeScript client: types, unit tests, conversations, the simulation (SEEDS of it), React, the size
# and content of the package.
set -eu
cd "$(dirname "$0")/.."

packages=runtime/ts/node_modules
[ -d "$packages" ] || { echo "the npm packages of runtime/ts are not there: make deps" >&2; exit 1; }
build=${BUILD:-$PWD/build}/tests/ts
rm -rf "$build"
mkdir -p "$build"

"$packages/.bin/tsc" -p tests/ts
"$packages/.bin/esbuild" tests/ts/*.test.ts --bundle --platform=node --format=esm --log-level=error \
	--sourcemap=inline --outdir="$build" --out-extension:.js=.mjs --external:react --external:react-dom
ln -sfn "$PWD/$packages" "$build/node_modules"
sh tests/ts/package.sh "$build" || failed=1

node --enable-source-maps --test --test-reporter=tap "$build"/*.mjs >"$build/log" 2>&1 || failed=1
grep -h '^ *# note:' "$build/log" | sed 's/^ *# //' || true
[ -z "${failed:-}" ] || grep -vE '^ *(# Subtest|ok |---|\.\.\.|duration_ms|type:)' "$build/log" | head -80
good=$(sed -n 's/^# pass //p' "$build/log")
bad=$(sed -n 's/^# fail //p' "$build/log")
[ -z "${failed:-}" ] || [ "$bad" != 0 ] || bad=1
echo "$good passed, $bad failed"
[ "$bad" = 0 ]
