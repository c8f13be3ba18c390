/*
 * A random model for the simulator: the fields that all of its models have, and others of random
 * types, public and of an admin's. What is made is always right.
 *
 *	sim_models SEED >FILE
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../unit/seed.h"

enum { STRUCTS = 3 };

static seed dice;

static unsigned below(unsigned bound)
{
	return (unsigned)seed_below(&dice, bound);
}

static const char *scalar(void)
{
	static const char *const types[] = { "bool",	"int8(-5..100)", "uint8",
					     "int32",	"int64",	 "uint64",
					     "float64", "float32",	 "string(..20)",
					     "string",	"timestamp",	 "bytes(..12)" };
	return types[below(sizeof types / sizeof *types)];
}

static void put_type(unsigned structs, unsigned depth)
{
	unsigned kind = depth ? below(9) : below(3);
	if (kind >= 7 && structs) {
		printf("Part%u", below(structs));
	} else if (kind == 3 || kind == 4) {
		printf("[");
		put_type(structs, depth - 1);
		printf("](..%u)", 3 + below(20));
	} else if (kind == 5) {
		printf("map<");
		put_type(structs, depth - 1);
		printf(">(..%u)", 3 + below(10));
	} else if (kind == 6) {
		printf("set<%s>(..%u)", below(2) ? "string(..20)" : "uint16", 3 + below(10));
	} else {
		printf("%s", scalar());
	}
}

/* `structs`: so many there are to be used. */
static void put_field(const char *prefix, unsigned number, unsigned structs, const char *attributes)
{
	switch (below(8)) {
	case 0:
		printf("  %sf%u?: ", prefix, number);
		if (structs && below(2))
			printf("Part%u", below(structs));
		else
			printf("%s", scalar());
		break;
	case 1:
		printf("  %sf%u: uint8 | null", prefix, number);
		break;
	case 2:
		printf("  %sf%u: %s", prefix, number, below(2) ? "text" : "counter");
		break;
	case 3:
		if (structs) {
			printf("  %sf%u: Part%u @atomic", prefix, number, below(structs));
			break;
		}
		/* fallthrough */
	default:
		printf("  %sf%u: ", prefix, number);
		put_type(structs, 3);
	}
	printf("%s;\n", attributes);
}

static void put_structs(void)
{
	for (unsigned i = 0; i < STRUCTS; i++) {
		printf("struct Part%u {\n", i);
		for (unsigned k = 0, count = 1 + below(4); k < count; k++)
			put_field("", k, i, "");
		if (below(3) == 0)
			put_field("secret_", 9, i, " @read(admin)");
		printf("}\n\n");
	}
	printf("struct Row {\n  id: string(1..40) @key;\n");
	for (unsigned k = 0, count = 1 + below(4); k < count; k++)
		put_field("", k, STRUCTS, "");
	printf("}\n\n");
}

static void put_model(unsigned long number)
{
	printf("model Random%lu @key(\"RANDOM\") {\n", number);
	printf("  log: [string](..100000) @write;\n  items: [Item] @write;\n  hits: counter "
	       "@write;\n"
	       "  body: text @write;\n  secret: string = \"hidden\" @read(admin) @write(admin);\n"
	       "  pokes: uint32;\n  keys: [Key] @write;\n  ran: [string](..100000);\n");
	printf("  rows: %s<Row>(..20) @write;\n", below(2) ? "table" : "map");
	printf("  more: [Row](..20) @write;\n");
	for (unsigned k = 0, count = 2 + below(6); k < count; k++)
		put_field("", k, STRUCTS, " @write");
	for (unsigned k = 0, count = below(3); k < count; k++)
		put_field("secret_", k, STRUCTS, " @read(admin) @write(admin)");
	printf("\n  action poke(token: string) -> uint32;\n"
	       "  action rule(token: string) -> uint32 @role(admin);\n"
	       "  action fail(token: string) throws Refused;\n"
	       "  task work(token: string) progress Step -> uint32;\n"
	       "  task lone(token: string) @single;\n"
	       "  task late(token: string) @timeout(3s);\n"
	       "  event said(token: string);\n"
	       "  presence { name: string(..40); at?: uint32; }\n}\n\n"
	       "struct Step { done: uint32; }\nerror Refused { token: string; }\n");
}

int main(int argc, char **argv)
{
	unsigned long number = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	dice.state = number * 7919;
	printf("/// Made by chance: sim_models %lu.\npackage test.sim.random%lu;\n\n", number,
	       number);
	printf("struct Key { id: string @key; }\nstruct Item { id: string; tag: string; }\n\n");
	put_structs();
	put_model(number);
	return 0;
}
