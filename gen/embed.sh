#!/bin/sh
# Prints templates as C: `sh gen/embed.sh templates/c/x.tmpl … > templates.c`. A line of the template is
# a string, so that no string is longer than a compiler must take.
set -e
cat <<'C'
/* Made by gen/embed.sh. */
#include "tmpl.h"

#include <stddef.h>

C
n=0
for file; do
	n=$((n + 1))
	printf 'static const char *const text_%d[] = {\n' "$n"
	# sed's last line may lack its line feed; templates end with one.
	sed -e 's/[\\"]/\\&/g' -e 's/?/\\?/g' -e 's/	/\\t/g' -e 's/.*/"&\\n",/' "$file"
	printf 'NULL\n};\n\n'
done
echo 'const tmpl_source tmpl_sources[] = {'
n=0
for file; do
	n=$((n + 1))
	name=${file#*templates/}
	printf '\t{ "%s", text_%d },\n' "${name%.tmpl}" "$n"
done
echo '	{ NULL, NULL }'
echo '};'
