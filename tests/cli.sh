# The command line from outside: what it writes, what it leaves alone, what it says, how it ends.
# A check is a line; a failed one prints its name and what the command said.
set -u
cd "$(dirname "$0")/.."

top=$(mktemp -d)
trap 'chmod -R u+rwX "$top"; rm -rf "$top"' EXIT
mkdir "$top/schemas" "$top/schemas/common"
cat >"$top/schemas/notes.sync" <<'SYNC'
package notes;

import "common/people.sync";

struct Note {
  text:  string(..80);
  owner: people.User;
}

model Notes {
  notes: [Note] @write;

  action add(text: string(..80)) -> uint32;
}
SYNC
cat >"$top/schemas/common/people.sync" <<'SYNC'
package people;

struct User {
  name: string;
}
SYNC
notes=$top/schemas/notes.sync
people=$top/schemas/common/people.sync
echo 'struct A { a: Strng; }' >"$top/bad.sync"
passed=0 failed=0

run() { # ARGUMENT...: leaves status, $top/stdout, $top/stderr
	"$SYNCGEN" "$@" >"$top/stdout" 2>"$top/stderr" </dev/null
	status=$?
}

check() { # NAME COMMAND...
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $name (status $status)"
		head -3 "$top/stdout" "$top/stderr" | sed 's/^/    /'
	fi
}

ends() { # STATUS ARGUMENT...
	wanted=$1
	shift
	run "$@"
	[ "$status" = "$wanted" ]
}

says() { # TEXT: on standard error
	grep -qF -e "$1" "$top/stderr"
}

prints() { # TEXT: on standard output
	grep -qF -e "$1" "$top/stdout"
}

silent() {
	[ ! -s "$top/stdout" ] && [ ! -s "$top/stderr" ]
}

files() { # FOLDER: how many
	find "$1" -type f 2>/dev/null | wc -l
}

# ---- outputs ----

check 'generates' ends 0 "$notes" -o "$top/out"
check 'says nothing' silent
check 'one set per file, imports by path' [ "$(cd "$top/out" && find . -type f | sort | tr '\n' ' ')" = \
	'./common/people.c ./common/people.h ./common/people.schema.json ./common/people.ts ./notes.c ./notes.h ./notes.schema.json ./notes.ts ' ]
check 'without absolute paths' sh -c "! grep -rqF '$top' '$top/out'"
check 'lists outputs' ends 0 --list-outputs "$notes" -o "$top/out"
check 'lists what it writes' sh -c "sort '$top/stdout' | cmp -s - '$top/list'" \
	-- "$(find "$top/out" -type f | sort >"$top/list")"

cp -r "$top/out" "$top/kept"
touch -d 2001-01-01 $(find "$top/out" -type f)
check 'again' ends 0 "$notes" -o "$top/out"
check 'byte-identical' diff -r "$top/out" "$top/kept"
check 'untouched' [ -z "$(find "$top/out" -type f -newermt 2001-01-02)" ]
echo '// stale' >"$top/out/notes.ts"
check 'once more' ends 0 "$notes" -o "$top/out"
check 'only what differs is replaced' [ "$(find "$top/out" -type f -newermt 2001-01-02)" = "$top/out/notes.ts" ]
check 'elsewhere' sh -c "cd '$top/schemas' && '$SYNCGEN' notes.sync -o ../there && diff -r ../there ../kept"

sed 's/string(..80)/strin(..80)/' "$notes" >"$top/schemas/broken.sync"
cp "$top/schemas/broken.sync" "$top/schemas/save" && cp "$notes" "$top/good"
cp "$top/schemas/broken.sync" "$notes"
check 'bad input' ends 1 "$notes" -o "$top/out"
check 'old outputs stay' diff -r "$top/out" "$top/kept"
check 'bad input, new folder' ends 1 "$notes" -o "$top/never"
check 'nothing is made' [ ! -e "$top/never" ]
cp "$top/good" "$notes"
rm -f "$top/schemas/save"
check 'one good and one bad' ends 1 "$notes" "$top/bad.sync" -o "$top/never"
check 'nothing is made of the good one' [ ! -e "$top/never" ]

for target in c schema ts; do
	check "only $target" ends 0 --emit "$target" "$people" -o "$top/only-$target"
done
check 'two files of C' [ "$(files "$top/only-c")" = 2 ]
check 'one schema' [ "$(files "$top/only-schema")" = 1 ]
check 'one of TypeScript' [ "$(files "$top/only-ts")" = 1 ]
check 'a list of targets' ends 0 --emit=json,ts "$people" -o "$top/two"
check 'two of them' [ "$(files "$top/two")" = 2 ]

mkdir "$top/elsewhere" && echo 'import "common/people.sync"; struct N { u: people.User; }' >"$top/elsewhere/n.sync"
check 'an import that is not there' ends 1 check "$top/elsewhere/n.sync"
check 'names it' says 'common/people.sync'
check 'found with -I' ends 0 -I "$top/schemas" "$top/elsewhere/n.sync" -o "$top/n"
check 'by its path' [ -f "$top/n/common/people.h" ]

# Two files that use the same list of an imported struct, compiled one after the other into one folder:
# neither changes what the other wrote, and both link into one program.
for name in one two; do
	cat >"$top/schemas/$name.sync" <<SYNC
import "common/people.sync";
model Model_$name { users: [people.User]; names: [string]; }
SYNC
done
check 'one' ends 0 "$top/schemas/one.sync" -o "$top/shared"
cp -r "$top/shared" "$top/shared-before"
check 'two' ends 0 "$top/schemas/two.sync" -o "$top/shared"
rm -rf "$top/two" && mkdir "$top/two" && mv "$top"/shared/two.* "$top/two"
check 'two changes nothing of one' diff -r "$top/shared" "$top/shared-before"
mv "$top"/two/two.* "$top/shared"
printf '#include "one.h"\n#include "two.h"\nint main(void) { return 0; }\n' >"$top/shared/main.c"
# shellcheck disable=SC2086 # CFLAGS is a list of words
check 'both in one program' "${CC:-cc}" ${CFLAGS:-} -std=c11 -Iruntime -I"$top/shared" -o "$top/program" "$top/shared/main.c" \
	"$top/shared/one.c" "$top/shared/two.c" "$top/shared/common/people.c" "$BUILD/libsyncgen.a" -lcjson -lm

# Roles are bits, in the order in which a run meets them: a file that another run made anew with other
# numbers is not taken for what it was, or one role would see what another may.
for name in first second; do
	echo "package $name; struct Row { id: uuid @key; secret: string @read(only_$name); }" >"$top/schemas/$name.sync"
done
printf 'import "first.sync";\nimport "second.sync";\nmodel Both { a: [first.Row]; b: [second.Row]; }\n' |
	sed '1i option c_prefix = "B";' >"$top/schemas/both.sync"
sed -i '1i option c_prefix = "S";' "$top/schemas/second.sync"
compiles() { # FOLDER FILE...
	folder=$1
	shift
	for file in "$@"; do
		# shellcheck disable=SC2086 # CFLAGS is a list of words
		"${CC:-cc}" ${CFLAGS:-} -std=c11 -Wall -Wextra -Werror -Iruntime -I"$folder" -fsyntax-only "$folder/$file" \
			>"$top/stdout" 2>"$top/stderr" || return 1
	done
}
compiles_with_clang() {
	(CC=clang && compiles "$@")
}
check 'roles' ends 0 "$top/schemas/both.sync" -o "$top/roles"
check 'a file with roles and no model' compiles_with_clang "$top/roles" first.c
check 'of one run' compiles "$top/roles" first.c second.c both.c
check 'another run' ends 0 "$top/schemas/second.sync" -o "$top/roles"
check 'other numbers' sh -c "! $(command -v "${CC:-cc}") -Iruntime -I'$top/roles' -fsyntax-only '$top/roles/both.c' 2>'$top/stderr'"
check 'says so' says 'files that share it are made in one run of syncgen'
check 'a run with both' ends 0 "$top/schemas/both.sync" "$top/schemas/second.sync" -o "$top/roles"
check 'is right again' compiles "$top/roles" first.c second.c both.c

# ---- depfile and stamp ----

check 'depfile and stamp' ends 0 "$notes" -o "$top/dep" --depfile "$top/dep/notes.d" --stamp "$top/dep/stamp"
check 'the stamp is the target' grep -q "^$top/dep/stamp:" "$top/dep/notes.d"
check 'the input is there' grep -qF "$notes" "$top/dep/notes.d"
check 'the import is there' grep -qF "$people" "$top/dep/notes.d"
check 'make reads it' sh -c "printf 'include $top/dep/notes.d\n' | make -f - -q -n '$top/dep/stamp'"
touch -d '2001-01-01' "$top/dep/stamp" "$top/dep/notes.h"
check 'again' ends 0 "$notes" -o "$top/dep" --depfile "$top/dep/notes.d" --stamp "$top/dep/stamp"
check 'the stamp is touched' [ -n "$(find "$top/dep/stamp" -newermt 2001-01-02)" ]
check 'the header is not' [ -z "$(find "$top/dep/notes.h" -newermt 2001-01-02)" ]
touch -d '2001-01-01' "$top/dep/stamp"
check 'fails' ends 1 "$top/bad.sync" -o "$top/dep" --stamp "$top/dep/stamp"
check 'no stamp when it failed' [ -z "$(find "$top/dep/stamp" -newermt 2001-01-02)" ]
mkdir "$top/a b" && cp "$people" "$top/a b/c\$d#e.sync"
check 'odd names' ends 0 "$top/a b/c\$d#e.sync" -o "$top/odd" --depfile "$top/odd.d"
check 'odd names in the depfile' grep -qF 'a\ b/c$$d\#e.sync' "$top/odd.d"

# ---- standard input ----

check 'standard input' sh -c "'$SYNCGEN' - -o '$top/in' <'$people'"
check 'is called stdin' [ -f "$top/in/stdin.h" ]
check 'check reads it' sh -c "'$SYNCGEN' check - <'$people'"
check 'and reports it' sh -c "! '$SYNCGEN' check - <'$top/bad.sync' 2>'$top/stderr'"
check 'by a name of its own' says '<stdin>:1:15: error'

# ---- bad input of any kind ----

: >"$top/empty.sync"
check 'an empty file is fine' ends 0 "$top/empty.sync" -o "$top/empty"
check 'a file that is not there' ends 3 check "$top/nowhere.sync"
check 'says so' says "$top/nowhere.sync: error:"
check 'a folder' ends 3 check "$top/schemas"
check 'says so' says 'it is a folder'
check 'generating from a folder' ends 3 "$top/schemas" -o "$top/never"
check 'makes nothing' [ ! -e "$top/never" ]
head -c 100000 /dev/urandom >"$top/binary.sync"
check 'binary' ends 1 check "$top/binary.sync"
check 'says so' says 'error:'
printf 'struct A { a: bool; }\0' >"$top/nul.sync"
check 'a NUL byte' ends 1 check "$top/nul.sync"
head -c 104857600 /dev/zero | tr '\0' ' ' >"$top/huge.sync"
check '100 MB' ends 3 check "$top/huge.sync"
check 'says so' says 'E0002'
rm "$top/huge.sync"
{
	printf 'struct A { a: '
	yes '[' | head -100000 | tr -d '\n'
	printf 'bool; }'
} >"$top/deep.sync"
check 'deep' ends 1 check "$top/deep.sync"
check 'says so' says 'E0104'
echo 'import "two.sync";' >"$top/one.sync"
echo 'import "one.sync";' >"$top/two.sync"
check 'a circle of imports' ends 1 check "$top/one.sync"
check 'says so' says 'E0603'
check 'twenty errors at most' sh -c "
	for n in \$(seq 100); do echo \"struct A\$n { a: X\$n; }\"; done >'$top/many.sync'
	'$SYNCGEN' check '$top/many.sync' 2>&1 | grep -c ': error:' | grep -qx 20"

# Permissions do not bind the superuser.
as_nobody=
if [ "$(id -u)" = 0 ]; then
	chmod 755 "$top"
	as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
	$as_nobody "$SYNCGEN" --version >/dev/null 2>&1 || as_nobody=skip
fi
if [ "$as_nobody" = skip ]; then
	echo 'note: permissions were not tested: nobody cannot run the compiler'
else
	cp "$people" "$top/secret.sync" && chmod 0 "$top/secret.sync"
	$as_nobody "$SYNCGEN" check "$top/secret.sync" >"$top/stdout" 2>"$top/stderr"
	status=$?
	check 'may not be read' [ $status = 3 ]
	check 'says so' says 'Permission denied'
	mkdir "$top/locked" && chmod 555 "$top/locked"
	$as_nobody "$SYNCGEN" "$people" -o "$top/locked/out" >"$top/stdout" 2>"$top/stderr"
	status=$?
	check 'may not be written' [ $status = 3 ]
	check 'says so' says 'Permission denied'
fi
: >"$top/file"
check 'a file where the folder should be' ends 3 "$people" -o "$top/file"
check 'says so' says 'Not a directory'
mkdir -p "$top/block/people.h"
check 'a folder where a file should be' ends 3 "$people" -o "$top/block"
check 'nothing beside it' [ "$(files "$top/block")" = 0 ]
check 'a full disk' sh -c "'$SYNCGEN' --list-outputs '$people' >/dev/full 2>'$top/stderr'; [ \$? = 3 ]"

# ---- usage ----

check 'nothing' ends 2
check 'no input' ends 2 -o "$top/never"
check 'no folder' ends 2 "$people"
check 'says how' says '-o DIR'
check 'an unknown option' ends 2 --emti c "$people" -o "$top/never"
check 'a suggestion' says "did you mean '--emit'?"
check 'an unknown command' ends 2 chekc "$people"
check 'a suggestion' says "did you mean 'check'?"
check 'a word like no command' ends 2 frobnicate
check 'says so' says "unknown command 'frobnicate'"
check 'wrong use of a command' ends 2 breaking "$people"
check 'where to read about it' says "Try 'syncgen breaking --help'."
check 'a prefix that is no name' ends 2 --prefix '1 a' "$people" -o "$top/never"
check 'an unknown target' ends 2 --emit tx "$people" -o "$top/never"
check 'an option without value' ends 2 "$people" -o
check 'a value it does not take' ends 2 --list-outputs=yes "$people"
check 'an option of another command' ends 2 check --emit c "$people"
sed 's/User/Other/' "$people" >"$top/people.sync"
check 'two inputs of one name' ends 2 "$people" "$top/people.sync" -o "$top/never"
check 'says which' says "would both be written as 'people'"
check 'help' ends 0 --help
check 'help prints usage' prints 'Usage: syncgen'
check 'help of a command' ends 0 help fmt
check 'its usage' prints 'syncgen fmt'
check '--help of a command' ends 0 fmt --help
check 'version' ends 0 --version
check 'prints it' prints 'syncgen 0.'
check 'explain' ends 0 explain e0201
check 'prints it' prints 'E0201'
check 'explain lists' ends 0 explain
check 'every code' prints 'E0603'
check 'explain what is not there' ends 2 explain E9999
check 'breaking against nothing' ends 2 breaking "$people"

# ---- breaking ----

# The deployed version is a folder like that of the present one.
cp -r "$top/schemas" "$top/deployed"
change() { # FILE COMMAND: of sed, from what is deployed
	sed "$2" "$top/deployed/$1" >"$top/schemas/$1"
}
check 'breaking: the same' ends 0 breaking "$notes" --against "$notes"
check 'says nothing' silent
check 'against a folder' ends 0 breaking "$notes" --against "$top/deployed"
change notes.sync 's/notes: \[Note\] @write/notes: [Note](..9) @write/'
check 'breaks' ends 1 breaking "$notes" --against "$top/deployed/notes.sync"
check 'says where' says "$notes:11:10: error: field 'Notes.notes' takes less"
check 'and what it was' says "$top/deployed/notes.sync:11:10: note: the earlier version is here"
check 'says the same of a folder' ends 1 breaking "$notes" --against "$top/deployed/"
check 'says where' says "$notes:11:10: error: field 'Notes.notes' takes less"
change notes.sync '/owner:/d'
check 'a removal' ends 1 breaking "$notes" --against "$top/deployed"
check 'is in the old file' says "$top/deployed/notes.sync:7:3: error: field 'Notes.notes[].owner' is gone"
change notes.sync '/^  text:/s/80/90/'
check 'a warning, of state and what clients write' ends 0 breaking "$notes" --against "$top/deployed"
check 'is said' says 'warning:'
check 'strict' ends 1 breaking --strict "$notes" --against "$top/deployed"
check 'as JSON' ends 0 breaking --error-format json "$notes" --against "$top/deployed"
check 'is JSON' node -e "const [e] = JSON.parse(require('fs').readFileSync('$top/stdout')); if (e.code !== 'W0807' || e.line !== 6) throw e"
check 'as SARIF' ends 0 breaking --error-format=sarif "$notes" --against "$top/deployed"
check 'is SARIF' node -e "const s = JSON.parse(require('fs').readFileSync('$top/stdout')); if (s.runs[0].results[0].level !== 'warning') throw s"
change notes.sync ''
change common/people.sync 's/name: string/name?: string/'
check 'in an import' ends 1 breaking "$notes" --against "$top/deployed"
check 'says where' says "$people:4:3: error: field 'Notes.notes[].owner.name' may be missing"
check 'alone' ends 1 breaking "$people" --against "$top/deployed"
check 'from where it stands' sh -c "cd '$top/schemas' && ! '$SYNCGEN' breaking common/people.sync --against ../deployed 2>'$top/stderr'"
check 'finds the folder' says 'common/people.sync:4'
check 'two files' ends 1 breaking "$notes" "$people" --against "$top/deployed"
check 'once' [ "$(grep -c ': error:' "$top/stderr")" = 1 ]
change common/people.sync ''
echo 'struct New { a: bool; }' >"$top/schemas/new.sync"
check 'a new file' ends 0 breaking "$notes" "$top/schemas/new.sync" --against "$top/deployed"
check 'nothing to compare with' ends 3 breaking "$top/schemas/new.sync" --against "$top/deployed"
check 'says so' says 'none of the files has an earlier version here'
rm "$top/schemas/new.sync"
check 'OLD from standard input' sh -c "sed 's/string;/int32;/' '$people' | '$SYNCGEN' breaking '$people' --against - 2>'$top/stderr'; [ \$? = 1 ]"
check 'by a name of its own' says '<stdin>:4'
check 'both from there' ends 2 breaking - --against -
check 'OLD is not there' ends 3 breaking "$people" --against "$top/nowhere.sync"
check 'FILE is not there' ends 3 breaking "$top/nowhere.sync" --against "$people"
check 'OLD is wrong' ends 1 breaking "$people" --against "$top/bad.sync"
check 'says so' says 'E0201'
check 'FILE is wrong' ends 1 breaking "$top/bad.sync" --against "$people"
check 'explains' ends 0 explain E0801
check 'strict is of breaking' ends 2 check --strict "$people"

# ---- history ----

mkdir -p "$top/history/1/common" "$top/history/2" "$top/history/.git"
cp "$top/deployed/notes.sync" "$top/history/1"
cp "$top/deployed/common/people.sync" "$top/history/1/common"
sed 's/string(..80);/string(..70);/' "$top/deployed/notes.sync" >"$top/history/2/notes.sync"
cp "$top/bad.sync" "$top/history/.git/bad.sync"
ln -s .. "$top/history/2/up"
old_hash=$("$SYNCGEN" --dump=plan "$top/deployed/notes.sync" | sed -n 's/^ *hash //p')
change notes.sync 's/string(..80);/string(..70); more?: bool;/'
check 'history' ends 0 --history "$top/history" -I "$top/schemas" "$notes" -o "$top/past" --depfile "$top/past.d"
check 'of two' [ "$(grep -c 'SYNC_VERDICT_' "$top/past/notes.c")" = 2 ]
check 'one breaks' grep -q "\"$old_hash\", SYNC_VERDICT_INCOMPATIBLE" "$top/past/notes.c"
check 'the other does not' grep -q "SYNC_VERDICT_COMPATIBLE" "$top/past/notes.c"
check 'both in the depfile' [ "$(grep -c '^  .*/history/.*notes.sync' "$top/past.d")" = 2 ]
cat >"$top/past/main.c" <<C
#include <stdio.h>
#include "notes.h"
int main(void)
{
	return printf("%s %s\n", sync_verdict_name(sync_model_verdict(&notes_model, "$old_hash")),
		      sync_verdict_name(sync_model_verdict(&notes_model, NOTES_SCHEMA_HASH))) < 0;
}
C
# shellcheck disable=SC2086 # CFLAGS is a list of words
check 'compiles' "${CC:-cc}" ${CFLAGS:-} -std=c11 -Wall -Wextra -Werror -Iruntime -I"$top/past" -o "$top/program" "$top/past/main.c" \
	"$top/past/notes.c" "$top/past/common/people.c" "$BUILD/libsyncgen.a" -lcjson -lm
check 'tells' [ "$("$top/program")" = 'incompatible same' ]
check 'is in the plan' sh -c "'$SYNCGEN' --dump=plan --history '$top/history' -I '$top/schemas' '$notes' | grep -q 'was $old_hash incompatible'"
cp "$notes" "$top/history/2/copy.sync"
check 'the present one is no earlier one' ends 0 --history "$top/history" -I "$top/schemas" "$notes" -o "$top/past2"
check 'still two' [ "$(grep -c 'SYNC_VERDICT_' "$top/past2/notes.c")" = 2 ]
cp "$top/bad.sync" "$top/history/bad.sync"
check 'an earlier version that is wrong' ends 1 --history "$top/history" -I "$top/schemas" "$notes" -o "$top/never"
check 'says so' says 'history/bad.sync:1'
check 'writes nothing' [ ! -e "$top/never" ]
check 'as JSON' ends 1 --error-format json --history "$top/history" -I "$top/schemas" "$notes" -o "$top/never"
check 'is one list' node -e "JSON.parse(require('fs').readFileSync('$top/stdout'))"
check 'no such folder' ends 3 --history "$top/nowhere" "$notes" -o "$top/never"
check 'names it' says "$top/nowhere: No such file"
change notes.sync ''

# ---- formats of errors, dumps, templates ----

check 'no colours in a file' sh -c "! '$SYNCGEN' check '$top/bad.sync' 2>&1 | grep -q '\033'"
check 'errors as JSON' ends 1 check --error-format=json "$top/bad.sync"
check 'are JSON' node -e "const [e] = JSON.parse(require('fs').readFileSync('$top/stdout')); if (e.code !== 'E0201') throw e"
check 'no errors as JSON' ends 0 check --error-format json "$people"
check 'is an empty list' [ "$(tr -d ' \n' <"$top/stdout")" = '[]' ]
check 'errors as SARIF' ends 1 check --error-format=sarif "$top/bad.sync"
check 'are SARIF' node -e "const s = JSON.parse(require('fs').readFileSync('$top/stdout')); if (s.version !== '2.1.0' || s.runs[0].results.length !== 1) throw s"
for kind in ast plan view; do
	check "dump of the $kind" ends 0 "--dump=$kind" "$notes"
	check 'prints it' prints 'Note'
done
check 'the plan has a hash' sh -c "'$SYNCGEN' --dump=plan '$notes' | grep -Eq 'hash [0-9a-f]{64}'"

mkdir -p "$top/templates/ts"
printf '// mine: {{source}}\n' >"$top/templates/ts/head.ts.tmpl"
check 'a template of mine' ends 0 --templates "$top/templates" --emit ts "$people" -o "$top/mine"
check 'is used' [ "$(head -1 "$top/mine/people.ts")" = '// mine: people.sync' ]
check 'beside the others' grep -q 'interface User' "$top/mine/people.ts"
printf '{{nmae}}\n' >"$top/templates/ts/head.ts.tmpl"
check 'no folder of templates' ends 2 --templates "$top/nowhere" --emit ts "$people" -o "$top/never"
check 'a wrong template' ends 2 --templates "$top/templates" --emit ts "$people" -o "$top/never"
check 'says where' says 'ts/head.ts.tmpl:1'
check 'writes nothing' [ ! -e "$top/never" ]

# ---- fmt ----

printf '// c\nstruct  A{a:bool;}\n' >"$top/ugly.sync"
cp "$top/ugly.sync" "$top/before.sync"
check 'not formatted' ends 1 fmt --check "$top/ugly.sync"
check 'names it' says 'ugly.sync'
check 'a difference' ends 0 fmt --diff "$top/ugly.sync"
check 'is printed' prints '+struct A'
check 'neither changed it' cmp -s "$top/ugly.sync" "$top/before.sync"
chmod 640 "$top/ugly.sync" && ln -s ugly.sync "$top/link.sync"
check 'formats' ends 0 fmt "$top/link.sync"
check 'a link stays one' [ -L "$top/link.sync" ]
check 'the comment survives' grep -q '^// c$' "$top/ugly.sync"
check 'rights stay' [ "$(stat -c %a "$top/ugly.sync")" = 640 ]
check 'formatted' ends 0 fmt --check "$top/ugly.sync"
touch -d 2001-01-01 "$top/ugly.sync"
check 'again' ends 0 fmt "$top/ugly.sync"
check 'untouched' [ -z "$(find "$top/ugly.sync" -newermt 2001-01-02)" ]
check 'standard input' sh -c "'$SYNCGEN' fmt - <'$top/before.sync' | cmp -s - '$top/ugly.sync'"
check 'what does not parse' sh -c "echo 'struct {' >'$top/broken.sync'; '$SYNCGEN' fmt '$top/broken.sync' '$top/before.sync' 2>'$top/stderr'; [ \$? = 1 ]"
check 'leaves all alone' grep -q 'struct  A{' "$top/before.sync"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
