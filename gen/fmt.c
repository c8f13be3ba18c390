#include "fmt.h"

#include "report.h"

int fmt_run(const options *o)
{
	(void)o;
	report_error("fmt", "this command is not available yet");
	return STATUS_USAGE;
}
