# npm install in each folder named, when its package.json is newer than what was installed from it.
# No lock file: it would name the registry of whoever wrote it.
set -eu

for folder in "$@"; do
	stamp=$folder/node_modules/.installed
	[ ! -e "$stamp" ] || [ "$folder/package.json" -nt "$stamp" ] || continue
	echo "npm: $folder"
	(cd "$folder" && npm install --no-package-lock --no-audit --no-fund --silent) || {
		echo "npm: could not install the packages of $folder/package.json" >&2
		exit 1
	}
	touch "$stamp"
done
