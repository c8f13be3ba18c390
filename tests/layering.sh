# Each file of the runtime includes only what stands above it in this table; what is not in the table
# has no place yet. Sockets, clocks, threads and files stay below the line; random and index may ask
# the kernel for a seed, so that nobody can guess hashes; spare keeps blocks by thread.
#
# idl/ knows nothing of gen/; gen/ uses idl/'s headers; neither includes the runtime's private ones.
set -eu
cd "$(dirname "$0")/.."

table='
status toast broken apart spare alloc wide
buf packet str random pow10 digits number base64 scan uuid utf8 json reader writer format
text pointer operation tree value json_patch frame
type index hash keys row ops align unique keyed track edits changes check list inline_list map set place field watch
put target patch patcher apply assign merge diff differ json_diff cell
model
store history clients trail events presence doc
call task work
hub
wire bin
session native ws_sync
queue
client
syncgen
------ adapters: everything below may do I/O
file_sqlite
store_memory store_sqlite pool queue_memory queue_sqlite
site token wheel share mount
server
server_lws client_lws
'

files=$(ls runtime/*.[ch] runtime/*.re runtime/syncgen/*.h | grep -v _gen.c)
printf '%s\n' "$table" | awk -v files="$files" '
# Rows count from the top; the longest name a file begins with says its row: doc_load is a doc.
/^------/ { border = NR; next }
{ for (i = 1; i <= NF; i++) row[$i] = NR }
function place(noun,    n, best, length_of_best) {
	best = 0; length_of_best = 0
	for (n in row)
		if ((noun == n || index(noun, n "_") == 1) && length(n) > length_of_best) {
			best = row[n]; length_of_best = length(n)
		}
	return best
}
function noun_of(path) { sub(/.*\//, "", path); sub(/\.[a-z]*$/, "", path); return path }
function bad(text) { print "FAILED " text; failed++ }
function check(file,    mine, line, header, theirs) {
	mine = place(noun_of(file))
	if (!mine)
		return bad(file ": has no place in the table of tests/layering.sh")
	while ((getline line < file) > 0) {
		if (line !~ /^#include/) continue
		header = line
		gsub(/^#include *[<"]|[>"].*$/, "", header)
		if (header ~ /^libwebsockets/ && file !~ /_lws/)
			bad(file ": includes libwebsockets")
		else if (header ~ /cJSON\.h$/ && noun_of(file) !~ /^value/)
			bad(file ": includes cJSON")
		else if (mine < border && noun_of(file) !~ /^(random|index|spare)$/ && header ~ \
			/^(sys\/(socket|time|select|epoll|random)|netinet\/.*|poll|time|threads|pthread|unistd|fcntl)\.h$/)
			bad(file ": a core file includes <" header ">")
		else if (header ~ /^syncgen\// || line ~ /"/) {
			if (header ~ /\.inc$/) continue
			theirs = place(noun_of(header))
			if (theirs > mine)
				bad(file ": includes " header ", which stands below it")
		}
	}
	close(file)
	passed++
}
END {
	count = split(files, list, "\n")
	for (i = 1; i <= count; i++) check(list[i])
	print passed + 0 " " failed + 0
}' >"${TMPDIR:-/tmp}/layering.$$"

result=${TMPDIR:-/tmp}/layering.$$
trap 'rm -f "$result"' EXIT
sed '$d' "$result"
passed=$(tail -1 "$result") && failed=${passed#* } && passed=${passed% *}

wrong() {
	echo "FAILED $1: $2"
	failed=$((failed + 1))
}
for file in idl/*.[chy] idl/*.re gen/*.[ch]; do
	[ -e "$file" ] || continue
	passed=$((passed + 1))
	case $file in
	idl/*) grep -q '^#include "\.\./gen/' "$file" && wrong "$file" "the language includes the compiler" ;;
	esac
	grep -q '^#include "\.\./runtime/' "$file" && wrong "$file" "includes a private header of the runtime"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
