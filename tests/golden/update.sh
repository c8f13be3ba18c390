# make golden: keeps what the compiler prints now. Look at the difference before committing it.
set -eu
cd "$(dirname "$0")/../.."
. tests/golden/list.sh

for source in $(golden_sources); do
	kept=tests/golden/$(golden_name "$source")
	rm -rf "$kept"
	golden_generate "$SYNCGEN" "$source" "$kept"
done
git status --short tests/golden 2>/dev/null || true
