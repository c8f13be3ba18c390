# The schemas whose outputs are kept: read by test_golden.sh and update.sh, at the top of the tree.

golden_sources() {
	ls examples/*/*.sync tests/golden/*.sync 2>/dev/null
}

# SYNCGEN FILE FOLDER: every output of the file.
golden_generate() {
	"$1" -I "$(dirname "$2")" "$2" -o "$3"
}

# examples/notes/notes.sync → examples-notes-notes, tests/golden/names.sync → names
golden_name() {
	echo "${1%.sync}" | sed -e 's|^tests/golden/||' -e 's|/|-|g'
}
