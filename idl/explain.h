/* What each code of a diagnostic means: `syncgen explain E0201`. */
#ifndef IDL_EXPLAIN_H
#define IDL_EXPLAIN_H

#include "diag.h"

/* One line, no full stop. */
const char *explain_summary(diag_code code);

/* Prints summary, explanation and examples; false when there is no such code. Case is ignored. */
bool explain_print(const char *name, FILE *out);

/* A line per code. */
void explain_list(FILE *out);

/* The table of docs/language.md. */
void explain_markdown(FILE *out);

#endif
