/*
 * Numbers between text and memory: what the reader and the writer share. Nothing here knows of a
 * locale, allocates, or needs a NUL behind the text.
 */
#ifndef SYNC_NUMBER_H
#define SYNC_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number as text says it: ±mantissa × 10^exponent, and more digits where `cut`. */
typedef struct decimal {
	uint64_t mantissa; /* the first 19 significant digits at most */
	int64_t exponent;
	int64_t written; /* the exponent as it stands in the text */
	bool negative;
	bool cut;		/* digits behind the mantissa's, one of them not 0 */
	bool plain;		/* neither point nor exponent */
	const char *digits;	/* from the first digit … */
	const char *digits_end; /* … to behind the last, maybe with a point between */
} decimal;

/* Reads a number of the JSON grammar. Behind its last byte; NULL: there is none at `at`. */
const char *sync_number_scan(const char *at, const char *end, decimal *number);

typedef enum integer_kind { INTEGER_FITS, INTEGER_TOO_LARGE, NOT_AN_INTEGER } integer_kind;

/* The absolute value where it is integral and below 2^64. 1.50e1 is integral. */
integer_kind sync_number_integer(const decimal *number, uint64_t *magnitude);

/* The nearest value, ties to even; false: beyond the largest finite one. */
bool sync_number_f64(const decimal *number, double *value);
bool sync_number_f32(const decimal *number, float *value);

/* One binary format: significant bits with the hidden one, exponent of the last bit of subnormals.
 */
typedef struct float_shape {
	int precision, min_exponent, exponent_bits;
} float_shape;

/*
 * Decides by long arithmetic between mantissa and mantissa + 1, both × 2^exponent, the number being
 * in between: true for the upper one.
 */
bool sync_number_rounds_up(const decimal *number, uint64_t mantissa, int exponent);

/* Each writes at most NUMBER_TEXT_MAX bytes, without a NUL, and returns how many. */
enum { NUMBER_TEXT_MAX = 32 };

size_t sync_number_put_u64(char *to, uint64_t value);
size_t sync_number_put_i64(char *to, int64_t value);
size_t sync_number_put_f64(char *to, double value); /* finite */
size_t sync_number_put_f32(char *to, float value);

#endif
