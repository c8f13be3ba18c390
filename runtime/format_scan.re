/*
 * The grammars of the RFCs nearly as they stand there, each matched against the whole string by one
 * automaton: linear, without backtracking. Lengths are counted outside, for an automaton that counts
 * to 63 is large.
 *
 * The text need not end with a NUL: behind its end the automaton sees one. A NUL inside ends the
 * match early, so the place where it ended is compared with the length.
 */
#include "format.h"

#include <string.h>

#define YYCTYPE unsigned char
#define YYPEEK() (i < length ? (unsigned char)bytes[i] : 0)
#define YYSKIP() i++
/* What does not match has no place to go back to. */
#define YYBACKUP() (void)0
#define YYRESTORE() (void)0

/*!re2c
	re2c:api = custom;
	re2c:api:style = functions;
	re2c:yyfill:enable = 0;
	re2c:flags:b = 1;

	nul = "\x00";
	alpha = [A-Za-z];
	digit = [0-9];
	alnum = [A-Za-z0-9];
	hex = [0-9A-Fa-f];

	// RFC 3986 section 3.2.2; the dotted quad also RFC 2673 section 3.2
	octet = digit | [1-9] digit | "1" digit{2} | "2" [0-4] digit | "25" [0-5];
	ipv4 = octet "." octet "." octet "." octet;
	h16 = hex{1,4};
	ls32 = h16 ":" h16 | ipv4;
	ipv6 =                             (h16 ":"){6} ls32
	     |                        "::" (h16 ":"){5} ls32
	     | (               h16)?  "::" (h16 ":"){4} ls32
	     | ((h16 ":"){0,1} h16)?  "::" (h16 ":"){3} ls32
	     | ((h16 ":"){0,2} h16)?  "::" (h16 ":"){2} ls32
	     | ((h16 ":"){0,3} h16)?  "::" (h16 ":"){1} ls32
	     | ((h16 ":"){0,4} h16)?  "::" ls32
	     | ((h16 ":"){0,5} h16)?  "::" h16
	     | ((h16 ":"){0,6} h16)?  "::";
*/

bool sync_scan_ipv4(const char *bytes, size_t length)
{
	size_t i = 0;
	/*!re2c
		ipv4 nul { return i == length + 1; }
		*        { return false; }
	*/
}

bool sync_scan_ipv6(const char *bytes, size_t length)
{
	size_t i = 0;
	/*!re2c
		ipv6 nul { return i == length + 1; }
		*        { return false; }
	*/
}

static bool labels_fit(const char *bytes, size_t length)
{
	enum { LABEL_MAX = 63 };
	size_t label = 0;
	for (size_t i = 0; i < length; i++) {
		label = bytes[i] == '.' ? 0 : label + 1;
		if (label > LABEL_MAX)
			return false;
	}
	return true;
}

/*
 * RFC 1123 section 2.1 with the lengths of RFC 1035 section 2.3.4; a name whose wire form has 255
 * bytes has 253 here. What an "xn--" label stands for is not decoded: that is IDNA's, not DNS's.
 */
bool sync_scan_hostname(const char *bytes, size_t length)
{
	enum { NAME_MAX_BYTES = 253 };
	size_t i = 0;
	if (length > NAME_MAX_BYTES || !labels_fit(bytes, length))
		return false;
	/*!re2c
		label = alnum+ ("-"+ alnum+)*;

		label ("." label)* nul { return i == length + 1; }
		*                      { return false; }
	*/
}

/* Appendix A of RFC 3986; `[address]` is looked into by sync_scan_uri. */
static bool scan_uri_form(const char *bytes, size_t length)
{
	size_t i = 0;
	/*!re2c
		unreserved = [A-Za-z0-9\-._~];
		subdelim = [!$&'()*+,;=];
		escaped = "%" hex hex;
		pchar = unreserved | escaped | subdelim | [:@];

		scheme = alpha [A-Za-z0-9+\-.]*;
		userinfo = (unreserved | escaped | subdelim | ":")*;
		future = "v" hex+ "." (unreserved | subdelim | ":")+;
		literal = "[" ((hex | [:.])+ | future) "]";
		host = literal | (unreserved | escaped | subdelim)*;
		authority = (userinfo "@")? host (":" digit*)?;
		path = "//" authority ("/" pchar*)*
		     | "/" (pchar+ ("/" pchar*)*)?
		     | pchar+ ("/" pchar*)*
		     | "";
		rest = (pchar | [/?])*;

		scheme ":" path ("?" rest)? ("#" rest)? nul { return i == length + 1; }
		*                                           { return false; }
	*/
}

/* RFC 3986 section 3, absolute: a scheme must be there. */
bool sync_scan_uri(const char *bytes, size_t length)
{
	if (!scan_uri_form(bytes, length))
		return false;
	/* Brackets stand around the address of a host and nowhere else, and both are there. */
	const char *open = memchr(bytes, '[', length);
	if (!open || open[1] == 'v')
		return true;
	const char *close = memchr(open, ']', length - (size_t)(open - bytes));
	return close && sync_scan_ipv6(open + 1, (size_t)(close - open - 1));
}

static bool scan_local_part(const char *bytes, size_t length)
{
	size_t i = 0;
	/*!re2c
		atom = [A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+;
		quoted = ["] ([ !#-[\]-~] | [\\] [ -~])* ["];

		(atom ("." atom)* | quoted) nul { return i == length + 1; }
		*                               { return false; }
	*/
}

/* Of address literals only those whose tag is registered: none, which is IPv4, and IPv6. */
static bool scan_mail_address(const char *bytes, size_t length)
{
	static const char tag[] = "ipv6:";
	size_t i = 0;
	while (i < length && tag[i] && (bytes[i] | 0x20) == (tag[i] | 0x20))
		i++;
	if (!tag[i])
		return sync_scan_ipv6(bytes + i, length - i);
	return sync_scan_ipv4(bytes, length);
}

/* RFC 5321 section 4.1.2, Mailbox; the lengths are those of section 4.5.3.1. */
bool sync_scan_email(const char *bytes, size_t length)
{
	enum { LOCAL_MAX = 64, MAILBOX_MAX = 254 };
	size_t at = length;
	while (at && bytes[at - 1] != '@')
		at--;
	if (at < 2 || at - 1 > LOCAL_MAX || length > MAILBOX_MAX ||
	    !scan_local_part(bytes, at - 1))
		return false;
	const char *domain = bytes + at;
	length -= at;
	if (length > 2 && domain[0] == '[' && domain[length - 1] == ']')
		return scan_mail_address(domain + 1, length - 2);
	return sync_scan_hostname(domain, length);
}

/* Ours: words of lower-case letters and digits, one hyphen between. */
bool sync_scan_slug(const char *bytes, size_t length)
{
	size_t i = 0;
	/*!re2c
		[a-z0-9]+ ("-" [a-z0-9]+)* nul { return i == length + 1; }
		*                              { return false; }
	*/
}
