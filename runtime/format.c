/*
 * String formats. Hot or counting ones by hand here, grammars in format_scan.re.
 */
#include "format.h"

#include <syncgen/json.h>

#include "uuid.h"

static bool is_uuid(const char *bytes, size_t length)
{
	return length == UUID_LENGTH && uuid_is(bytes);
}

/* `count` digits at `at` as a number; -1: they are none. */
static int digits(const char *at, int count)
{
	int value = 0;
	for (int i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return -1;
		value = value * 10 + (at[i] - '0');
	}
	return value;
}

static int days_in_month(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

enum { DATE_LENGTH = sizeof("2006-01-02") - 1, TIME_LENGTH = sizeof("15:04:05") - 1 };

/* RFC 3339 section 5.6, full-date, in the Gregorian calendar for all years. */
static bool is_date(const char *bytes, size_t length)
{
	if (length != DATE_LENGTH || bytes[4] != '-' || bytes[7] != '-')
		return false;
	int year = digits(bytes, 4), month = digits(bytes + 5, 2), day = digits(bytes + 8, 2);
	return year >= 0 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_in_month(year, month);
}

/* time-offset: minutes to subtract for UTC; false: it is none. */
static bool offset_minutes(const char *at, size_t length, int *minutes)
{
	*minutes = 0;
	if (length == 1)
		return *at == 'Z' || *at == 'z';
	if (length != 6 || (*at != '+' && *at != '-') || at[3] != ':')
		return false;
	int hours = digits(at + 1, 2), rest = digits(at + 4, 2);
	if (hours < 0 || hours > 23 || rest < 0 || rest > 59)
		return false;
	*minutes = (*at == '-' ? -1 : 1) * (hours * 60 + rest);
	return true;
}

/* full-time. Second 60 is a leap second: those come at 23:59 UTC (section 5.7). In which years they
 * came is not looked up. */
static bool is_time(const char *at, size_t length)
{
	enum { DAY = 24 * 60 };
	int offset;
	if (length <= TIME_LENGTH || at[2] != ':' || at[5] != ':')
		return false;
	int hour = digits(at, 2), minute = digits(at + 3, 2), second = digits(at + 6, 2);
	size_t i = TIME_LENGTH;
	if (at[i] == '.') {
		size_t fraction = ++i;
		while (i < length && digits(at + i, 1) >= 0)
			i++;
		if (i == fraction || i == length)
			return false;
	}
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
	    !offset_minutes(at + i, length - i, &offset))
		return false;
	return second < 60 || (hour * 60 + minute - offset + 2 * DAY) % DAY == DAY - 1;
}

/* date-time; T and Z in either case, no blank for the T. */
static bool is_datetime(const char *bytes, size_t length)
{
	return length > DATE_LENGTH && (bytes[DATE_LENGTH] == 'T' || bytes[DATE_LENGTH] == 't') &&
	       is_date(bytes, DATE_LENGTH) &&
	       is_time(bytes + DATE_LENGTH + 1, length - DATE_LENGTH - 1);
}

static bool anything(const char *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	return true;
}

static const struct {
	const char *name;
	bool (*check)(const char *bytes, size_t length);
} formats[] = {
	[SYNC_FORMAT_NONE] = { "string", anything },
	[SYNC_FORMAT_UUID] = { "uuid", is_uuid },
	[SYNC_FORMAT_EMAIL] = { "email", sync_scan_email },
	[SYNC_FORMAT_URI] = { "uri", sync_scan_uri },
	[SYNC_FORMAT_DATE] = { "date", is_date },
	[SYNC_FORMAT_DATETIME] = { "datetime", is_datetime },
	[SYNC_FORMAT_IPV4] = { "ipv4", sync_scan_ipv4 },
	[SYNC_FORMAT_IPV6] = { "ipv6", sync_scan_ipv6 },
	[SYNC_FORMAT_HOSTNAME] = { "hostname", sync_scan_hostname },
	[SYNC_FORMAT_SLUG] = { "slug", sync_scan_slug },
};

const char *sync_format_name(sync_format format)
{
	return (size_t)format < sizeof(formats) / sizeof(*formats) ? formats[format].name : "?";
}

bool sync_format_check(sync_format format, const char *bytes, size_t length)
{
	return (size_t)format < sizeof(formats) / sizeof(*formats) &&
	       (format == SYNC_FORMAT_NONE || (length && formats[format].check(bytes, length)));
}
