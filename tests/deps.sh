# Installs those of the Debian packages named on the command line that are missing. Says nothing
# when there are none.
set -eu

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "deps: this is not Debian; install the equivalents of: $*" >&2
	exit 1
fi

missing=
for package in "$@"; do
	case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
	*' installed') ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "deps: not root and no sudo; as root: apt-get install$missing" >&2
		exit 1
	}
	as_root=sudo
fi

echo "deps: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # a list of words
if ! { $as_root apt-get -q update &&
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -qy install --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -20 "$log" >&2
	echo "deps: could not install$missing" >&2
	exit 1
fi
