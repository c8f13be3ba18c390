# The npm package: what it holds, that it loads and type-checks from outside, how large the core is.
set -eu
build=$1
top=$PWD
tools=$top/runtime/ts/node_modules/.bin

fail() {
	echo "package: $*" >&2
	exit 1
}

mkdir -p "$build/package" "$build/user"
cp -R runtime/ts/src runtime/ts/package.json runtime/ts/tsconfig.json runtime/ts/README.md LICENSE "$build/package"
ln -sfn "$top/runtime/ts/node_modules" "$build/package/node_modules"
archive=$(cd "$build/package" && npm pack --silent --pack-destination .. 2>"$build/pack.log") || { cat "$build/pack.log" >&2; fail 'npm pack'; }
tar -tzf "$build/$archive" | sed 's/^package\///' | sort >"$build/files"
for file in LICENSE README.md package.json dist/index.js dist/index.d.ts dist/react.js dist/react.d.ts dist/bytes.js dist/checked.js dist/indexeddb.js dist/text.js; do
	grep -qx "$file" "$build/files" || fail "$file is missing from the archive"
done
! grep -vE '^(LICENSE|README.md|package.json|dist/[a-z]+\.(js|d\.ts))$' "$build/files" || fail 'the archive holds more than it should'
! grep -q '"dependencies"' runtime/ts/package.json || fail 'there are dependencies at run time'

mkdir -p "$build/user/node_modules/syncgen"
tar -xzf "$build/$archive" -C "$build/user/node_modules/syncgen" --strip-components=1
cat >"$build/user/store.mts" <<'USE'
import { Client, MemoryStore } from "syncgen";
import { IndexedDbStore } from "syncgen/indexeddb";
const client = new Client({ url: "ws://127.0.0.1:9/", store: new MemoryStore(), connect: false });
const doc = client.open("NOTES", { title: "" });
doc.update((d) => (d.title = "x"));
const title: string = doc.state.title;
// @ts-expect-error: a string is no number
const wrong: number = doc.state.title;
if (title !== "x" || typeof IndexedDbStore !== "function") throw new Error("it does not work");
client.close();
export { wrong };
USE
printf '{ "type": "module" }\n' >"$build/user/package.json"
programs=$build/user/store.mts
if [ -x "${SYNCGEN:-}" ]; then
	"$SYNCGEN" --emit ts tests/ts/models/kinds.sync -o "$build/user"
	"$SYNCGEN" --emit ts tests/wire/board.sync -o "$build/user"
	cp tests/ts/models/use.mts "$build/user"
	programs="$programs $build/user/use.mts"
else
	echo 'skipped: generated models (SYNCGEN is not set)'
fi
for program in $programs; do
	"$tools/tsc" --strict --module nodenext --target es2022 --lib es2022,dom --types node --typeRoots "$top/runtime/ts/node_modules/@types" --skipLibCheck "$program" ||
		fail "the types of $program do not check"
	node "${program%.mts}.mjs" || fail "$program does not run"
done

# The programs of the page about it.
if [ -x "${SYNCGEN:-}" ]; then
	mkdir -p "$build/user/doc"
	node tests/ts/doc.mjs docs/typescript.md "$build/user/doc"
	"$SYNCGEN" --emit ts "$build/user/doc/notes.sync" -o "$build/user/doc"
	for package in react react-dom @types csstype; do
		ln -sfn "$top/runtime/ts/node_modules/$package" "$build/user/node_modules/$package"
	done
	cp tests/ts/models/hooks.ts "$build/user/doc"
	"$tools/tsc" --strict --noEmit --module esnext --moduleResolution bundler --target es2022 --lib es2022,dom,dom.iterable --jsx react-jsx \
		"$build"/user/doc/*.ts "$build"/user/doc/*.tsx || fail 'a program of docs/typescript.md does not compile, or hooks.ts does not as it should'
fi

# As a bundler of an application has it: what is not imported is not there.
measure() {
	printf '%s\n' "$2" >"$build/user/$1.js"
	"$tools/esbuild" --bundle --minify --format=esm --log-level=error --external:react "$build/user/$1.js" --outfile="$build/$1.js"
	size=$(gzip -9c "$build/$1.js" | wc -c)
	echo "note: $1: $size bytes, minified and gzipped"
	[ "$size" -lt "$3" ] || fail "$1 is not smaller than $3 bytes"
}
measure core 'import { Client } from "syncgen"; console.log(Client);' 12000
measure react 'import * as all from "syncgen/react"; console.log(all);' 14500
measure tasks 'import { Client, tasks } from "syncgen"; console.log(Client, tasks);' 13000
measure text 'import { Client } from "syncgen"; import { Board } from "./board.js"; new Client({ connect: false }).open(Board).update((b) => (b.body = "x"));' 14500
node "$build/text.js" || fail 'a bundler lost what edits texts'
measure stored 'import { Client } from "syncgen"; import { IndexedDbStore } from "syncgen/indexeddb"; console.log(Client, IndexedDbStore);' 15000
