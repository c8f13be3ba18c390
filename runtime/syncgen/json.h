/*
 * JSON (RFC 8259) written to and read from memory: what generated encoders and decoders call.
 *
 * Writing appends to a sync_buf and cannot fail but by memory (sticky in the buffer).
 * Reading is a pull parser over one complete text. Every sync_read_ function returns true, or false
 * with the reader's error set; the callers add the path while they unwind (sync_read_in), so the
 * way of success costs nothing. Bounded in bytes, depth and elements; never recursive without a
 * limit; strict: UTF-8 is checked, duplicate members are errors, no extensions of the grammar.
 */
#ifndef SYNCGEN_JSON_H
#define SYNCGEN_JSON_H

#include <syncgen/buf.h>
#include <syncgen/str.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- writing ---------------------------------------------------------------------------- */

/* What a reader of the output may see; a field is written when it shares a bit with `sees`. */
enum {
	SYNC_SEE_PUBLIC = 1u << 0, /* fields without @read */
	SYNC_SEE_LOCAL = 1u << 1,  /* @local fields: never on a wire */
	SYNC_SEE_ROLE_0 = 1u << 2  /* role number r is bit r + 2; the model numbers them */
};

typedef struct sync_writer {
	sync_buf out;
	uint64_t sees;
} sync_writer;

/* A writer that sees every field but @local ones. Release with sync_buf_release(&w->out). */
void sync_writer_init(sync_writer *writer);

void sync_put_string(sync_buf *buf, const char *bytes, size_t length); /* quoted and escaped */
void sync_put_str(sync_buf *buf, sync_str string);
void sync_put_bool(sync_buf *buf, bool value);
void sync_put_i64(sync_buf *buf, int64_t value);
void sync_put_u64(sync_buf *buf, uint64_t value);
void sync_put_i64_quoted(sync_buf *buf, int64_t value); /* "123" */
void sync_put_u64_quoted(sync_buf *buf, uint64_t value);
/* The shortest text that reads back as the same value, in ECMAScript's form (RFC 8785 section
 * 3.2.2.3). Not finite: null. -0 is written 0. */
void sync_put_f64(sync_buf *buf, double value);
void sync_put_f32(sync_buf *buf, float value);
void sync_put_base64(sync_buf *buf, const void *data,
		     size_t length); /* quoted, RFC 4648 section 4 */

/* Closes an object whose members were each written with a leading comma, `start` being buf->len
 * before the first: the first comma becomes the brace. */
static inline void sync_put_object_end(sync_buf *buf, size_t start)
{
	if (buf->status != SYNC_OK)
		return;
	if (buf->len == start)
		sync_buf_byte(buf, '{');
	else
		buf->data[start] = '{';
	sync_buf_byte(buf, '}');
}

/* ---- reading ---------------------------------------------------------------------------- */

enum { SYNC_DEPTH_MAX = 4096 }; /* more than this no limit allows */

typedef struct sync_limits {
	size_t bytes;	 /* of one text; 1 MiB by default */
	unsigned depth;	 /* of nesting; 64 */
	size_t elements; /* values in one text, all levels together; 1 << 20 */
} sync_limits;

extern const sync_limits sync_limits_default;

typedef struct sync_reader {
	const char *at, *end, *begin;
	unsigned depth_left;
	size_t elements_left;
	sync_error error; /* code SYNC_OK until something failed */
} sync_reader;

/* The text is borrowed for as long as the reader is used. limits NULL: the defaults. Too long a
 * text fails here. */
bool sync_reader_init(sync_reader *reader, const char *text, size_t length,
		      const sync_limits *limits);

/* Only white space may be left. */
bool sync_read_end(sync_reader *reader);

/* Fails with `code` here; the message says what was expected. Returns false. The first failure
 * stays. After a failure the reader is of no use but for its error. */
bool sync_read_fail(sync_reader *reader, sync_status code, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 4)))
#endif
	;
/* Add a path segment in front of the error while unwinding. Return false. */
bool sync_read_in(sync_reader *reader, const char *segment);
bool sync_read_in_n(sync_reader *reader, const char *segment, size_t length);
bool sync_read_in_index(sync_reader *reader, size_t index);

/* The first byte of the next value after white space: { [ " t f n - or a digit; 0 at the end or
 * where no value can start (then the next sync_read_ call reports it). Consumes only space. */
char sync_read_peek(sync_reader *reader);

/* True and consumed if the next value is null. */
bool sync_read_null(sync_reader *reader);

bool sync_read_bool(sync_reader *reader, bool *value);
/* Numbers: out of range is INVALID and names the range; a fraction or exponent that is integral
 * (1.0, 1e2) is an integer. */
bool sync_read_i64(sync_reader *reader, int64_t *value, int64_t min, int64_t max);
bool sync_read_u64(sync_reader *reader, uint64_t *value, uint64_t min, uint64_t max);
bool sync_read_i64_quoted(sync_reader *reader, int64_t *value, int64_t min, int64_t max);
bool sync_read_u64_quoted(sync_reader *reader, uint64_t *value, uint64_t min, uint64_t max);
bool sync_read_f64(sync_reader *reader, double *value, double min, double max);
bool sync_read_f32(sync_reader *reader, float *value, double min, double max);

/* Reads a string of min..max code points in place of *value, which is freed first. */
bool sync_read_string(sync_reader *reader, sync_str *value, uint32_t min, uint32_t max);
/* A string that is a UUID (RFC 9562, any case) and nothing else. */
bool sync_read_uuid(sync_reader *reader, sync_str *value);
bool sync_read_bytes(sync_reader *reader, sync_bytes *value, uint32_t min, uint32_t max);

/* A string without an allocation where it has no escape: *bytes is valid until the next call on
 * this reader. At most `max` bytes after unescaping, which may use `scratch` (at least `max`
 * long). */
bool sync_read_slice(sync_reader *reader, const char **bytes, size_t *length, char *scratch,
		     size_t max);

/* Skips one value, checking its grammar wholly; `raw`, if not NULL, gets the text skipped
 * (borrowed). Numbers may be beyond any range here, and members that come twice are not looked for:
 * nobody reads them. Whoever reads the raw text does check. */
bool sync_read_skip(sync_reader *reader, const char **raw, size_t *raw_length);

/*
 * The members of an object. The table is generated: for each member its JSON text with quotes and
 * colon ("\"done\":"), because members mostly come in the order we write them and one memcmp then
 * finds them; else they are found by hash.
 */
typedef struct sync_key {
	const char *literal; /* "\"name\":", escaped as the writer escapes */
	const char *name;    /* raw UTF-8 */
	uint16_t literal_length, name_length;
} sync_key;

typedef struct sync_keys {
	const sync_key *keys;  /* in order of declaration */
	const uint16_t *slots; /* open addressing over sync_key_hash(name); index + 1, 0 is empty */
	uint32_t slot_mask;
	uint32_t count;
	const uint64_t *required; /* bit set per member that must come; (count + 63) / 64 words */
	bool closed;		  /* unknown members are errors */
} sync_keys;

/* FNV-1a over the bytes: the compiler builds `slots` with it (keys are the schema's, so an attacker
 * chooses only what is looked up, never what the table holds). */
static inline uint32_t sync_key_hash(const char *bytes, size_t length)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
	return hash;
}

/* Index of a member by name, or -1. */
int sync_keys_find(const sync_keys *keys, const char *name, size_t length);

enum { SYNC_MEMBER_END = -1, SYNC_MEMBER_ERROR = -2 };

/* '{'. One level deeper. */
bool sync_read_object(sync_reader *reader);

/* The same without a call where nothing stands in front of it. */
static inline bool sync_read_open(sync_reader *reader)
{
	if (reader->at == reader->end || *reader->at != '{' || !reader->depth_left)
		return sync_read_object(reader);
	reader->depth_left--;
	reader->at++;
	return true;
}

/*
 * The index of the next member, its value being next to read; unknown ones are checked and skipped
 * inside. END: '}' was consumed and every required member was there. `expect` is the index to try
 * first (the one after the last). `seen` has (count + 63) / 64 words, zeroed before the first call;
 * a member that comes twice is an error. Between sync_read_object and the first call nothing else
 * of the reader may be called, not even peek.
 */
int sync_read_member(sync_reader *reader, const sync_keys *keys, int expect, uint64_t *seen);

/*
 * What generated readers try before sync_read_member: is member `index` next, in the form in which
 * we write it, and is it the first time? Then it is taken. `literal` begins with the comma, but
 * that of a first member.
 */
static inline bool sync_read_next(sync_reader *reader, uint64_t *seen, unsigned index,
				  const char *literal, size_t length)
{
	uint64_t bit = (uint64_t)1 << index % 64;
	if ((size_t)(reader->end - reader->at) < length ||
	    memcmp(reader->at, literal, length) != 0 || seen[index / 64] & bit ||
	    !reader->elements_left)
		return false;
	seen[index / 64] |= bit;
	reader->elements_left--;
	reader->at += length;
	return true;
}
/* The same for the brace behind the last member. `missing`: those that must come and did not. */
static inline bool sync_read_close(sync_reader *reader, uint64_t missing)
{
	if (missing || reader->at == reader->end || *reader->at != '}')
		return false;
	reader->depth_left++;
	reader->at++;
	return true;
}
#define SYNC_READ_NEXT(reader, seen, index, literal)                                               \
	sync_read_next(reader, seen, index, literal, sizeof(literal) - 1)

/* The members of a map: 1 and the key (a new string of the caller's), 0 at the end, -1 on error.
 * `first` is true before the first and cleared. */
int sync_read_entry(sync_reader *reader, bool *first, sync_str *key);

/* '['. One level deeper. Then, before each element: 1 there is one, 0 ']' was consumed, -1
 * error. */
bool sync_read_array(sync_reader *reader);
int sync_read_element(sync_reader *reader, bool *first);

/* ---- text ------------------------------------------------------------------------------- */

/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms)? Code points go to *points if not
 * NULL. */
bool sync_utf8_check(const char *bytes, size_t length, size_t *points);

/* String formats of the language, RFC by RFC in format.c. */
typedef enum sync_format {
	SYNC_FORMAT_NONE,
	SYNC_FORMAT_UUID,     /* RFC 9562, any case */
	SYNC_FORMAT_EMAIL,    /* RFC 5321 Mailbox, ASCII */
	SYNC_FORMAT_URI,      /* RFC 3986, absolute */
	SYNC_FORMAT_DATE,     /* RFC 3339 full-date */
	SYNC_FORMAT_DATETIME, /* RFC 3339 date-time */
	SYNC_FORMAT_IPV4,     /* RFC 2673 section 3.2 dotted quad */
	SYNC_FORMAT_IPV6,     /* RFC 4291 section 2.2 */
	SYNC_FORMAT_HOSTNAME, /* RFC 1123 section 2.1 */
	SYNC_FORMAT_SLUG      /* [a-z0-9]+(-[a-z0-9]+)* */
} sync_format;

const char *sync_format_name(sync_format format);
bool sync_format_check(sync_format format, const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif
#endif
