#include "pow10.h"

const wide sync_pow10_table[POW10_MAX - POW10_MIN + 1] = {
#include "pow10.inc"
};
