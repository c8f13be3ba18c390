/*
 * Every diagnostic, once.
 *
 *   X(code, summary, explanation, wrong, right)
 *
 * E00xx text and files, E01xx syntax, E02xx names, E03xx types, E04xx bounds and defaults, E05xx
 * attributes, E06xx files that belong together, W07xx warnings, E08xx and W08xx what changed since
 * an earlier version (the same change has the same last digits). A code keeps its meaning for ever:
 * people search for it. The examples are compiled by the tests: `wrong` gives the code, `right`
 * nothing; an empty one cannot be shown in one file.
 */
#ifndef IDL_CODES_H
#define IDL_CODES_H

/* clang-format off */
#define IDL_CODES(X) \
	X(E0001, "a file cannot be read", \
	  "The path does not exist, is a folder, or may not be read. Nothing is written when an " \
	  "input cannot be read; the exit status is 3.", \
	  "", "") \
	X(E0002, "a file is too large", \
	  "A schema of more than 16 MiB is taken for a mistake, for example a wrong path.", "", "") \
	X(E0003, "a file is not UTF-8 text", \
	  "A .sync file is UTF-8, with or without a byte order mark, and holds no NUL byte. Editors " \
	  "that save as UTF-16 or Latin-1 have a setting for it.", \
	  "", "") \
	X(E0004, "a character that means nothing here", \
	  "Outside strings and comments the language is written in ASCII. Typographic quotes and " \
	  "dashes come from word processors; names are letters, digits and underscores.", \
	  "struct Caf\xc3\xa9 { name: string; }", "struct Cafe { name: string; }") \
	X(E0005, "a string or comment does not end", \
	  "A string ends on the line where it begins, in double quotes. A comment that begins with " \
	  "/* ends with */ and does not nest.", \
	  "struct A { name: string = \"x; }", "struct A { name: string = \"x\"; }") \
	X(E0006, "a bad escape in a string", \
	  "Strings know the escapes of JSON: \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX. Characters " \
	  "above U+FFFF are written as they are, or as a pair of surrogates.", \
	  "struct A { name: string = \"a\\qb\"; }", "struct A { name: string = \"a\\\\qb\"; }") \
	X(E0007, "a bad number, duration or rate", \
	  "A number is decimal or 0x and hexadecimal digits, without leading zeros, and fits 64 bits. " \
	  "A duration is a number and one of ms, s, m, h, d; a rate is a number, a slash and one of " \
	  "them.", \
	  "const A = 007;", "const A = 7;") \
	X(E0101, "a missing or wrong punctuation mark", \
	  "A member, a constant, an import ends with ';'; values of an enum and parameters are " \
	  "separated by ','. The message points at the end of what stands before the gap.", \
	  "struct A {\n  a: bool\n  b: bool;\n}", "struct A {\n  a: bool;\n  b: bool;\n}") \
	X(E0102, "something else was expected here", \
	  "The text does not follow the grammar. The message lists what could stand at this place.", \
	  "struct 5 { }", "struct Five { }") \
	X(E0103, "a '}' is missing", \
	  "A declaration is not closed before the next one begins, or before the file ends.", \
	  "struct A {\n  a: bool;\nstruct B { }", "struct A {\n  a: bool;\n}\nstruct B { }") \
	X(E0104, "nested too deep", \
	  "Brackets nest up to 64 deep. The limit keeps a hostile file from exhausting the stack of " \
	  "whoever reads it.", \
	  "", "") \
	X(E0105, "a member that does not belong here", \
	  "Actions, tasks, events and presence belong to models. Structs, errors and presence hold " \
	  "fields, unions hold tags.", \
	  "struct A { action go(); }", "model A { action go(); }") \
	X(E0106, "written as in another language", \
	  "The message says how it is written here: a list is '[T]', a map has string keys and one " \
	  "type argument, a length is '(..80)' for at most and '(80..80)' for exactly.", \
	  "struct A { names: string[]; }", "struct A { names: [string]; }") \
	X(E0107, "a part of a call that is repeated or does not belong to it", \
	  "An action may have '-> T' and 'throws E', a task also 'progress T', each once. An event " \
	  "has parameters only.", \
	  "model M { event gone() -> bool; }", "model M { event gone(); }") \
	X(E0108, "a part of the declaration is used wrongly", \
	  "'?' marks a field that may be absent, 'open' stands before 'enum'. Tags of a union are " \
	  "always present and have no default.", \
	  "struct C { }\nunion U { a?: C; }", "struct C { }\nunion U { a: C; }") \
	X(E0201, "unknown type", \
	  "The name is neither a type of the language nor declared in this file or a file it imports. " \
	  "A type of an import of another package is written with the package: people.User.", \
	  "struct A { body: Strng; }", "struct A { body: string; }") \
	X(E0202, "a name is declared twice", \
	  "Types, models, errors and constants of a package share one set of names.", \
	  "struct A { }\nenum A { x }", "struct A { }\nenum B { x }") \
	X(E0203, "a member is declared twice", \
	  "Fields of a struct, parameters of a call, values of an enum, tags of a union each have " \
	  "their own name. Actions, tasks and events of a model share one set of names.", \
	  "struct A { a: bool; a: bool; }", "struct A { a: bool; b: bool; }") \
	X(E0204, "a name is reserved", \
	  "A 'reserved' statement keeps the names of removed members from coming back with another " \
	  "meaning, because old clients still send them.", \
	  "struct A { reserved a; a: bool; }", "struct A { reserved a; b: bool; }") \
	X(E0205, "two members have the same JSON name", \
	  "The JSON name is the name as written, as changed by 'option json_case', or as given by " \
	  "@json. It identifies the member on the wire.", \
	  "struct A { a: bool; b: bool @json(\"a\"); }", "struct A { a: bool; b: bool; }") \
	X(E0206, "a name that cannot be used", \
	  "A declaration cannot have the name of a type of the language. '__proto__' is refused as " \
	  "a name of a member because JavaScript treats it unlike any other.", \
	  "struct string { }", "struct Text { }") \
	X(E0207, "a member 'type' beside the tag of a union", \
	  "A union is an object whose member \"type\" holds the tag, with the members of the struct " \
	  "beside it. A struct inside a union can therefore not have a member of that JSON name.", \
	  "struct C { type: string; }\nunion U { c: C; }", \
	  "struct C { kind: string; }\nunion U { c: C; }") \
	X(E0208, "unknown constant", \
	  "A name in a bound or a default is the name of a constant, and in a default of an enum the " \
	  "name of one of its values.", \
	  "struct A { a: string(..MAX); }", "const MAX = 9;\nstruct A { a: string(..MAX); }") \
	X(E0209, "unknown error", \
	  "What follows 'throws' is declared with 'error', here or in an imported file.", \
	  "model M { action go() throws Full; }", \
	  "error Full { }\nmodel M { action go() throws Full; }") \
	X(E0210, "two types of one output have the same name", \
	  "The C names of all files that are imported together share one set. Give one of the files " \
	  "a prefix: option c_prefix = \"People\";", \
	  "", "") \
	X(E0211, "unknown option", \
	  "The options of a file are 'c_prefix' and 'json_case' (keep, camel, pascal, snake, kebab, " \
	  "upper).", \
	  "option json_cse = camel;", "option json_case = camel;") \
	X(E0301, "this is not a type of a value", \
	  "Models, errors and constants are declarations, but no types: a field cannot hold them.", \
	  "model M { }\nstruct A { m: M; }", "struct M { }\nstruct A { m: M; }") \
	X(E0302, "wrong type arguments", \
	  "'map<T>', 'set<T>' and 'table<T>' have one type argument, other types have none. Members " \
	  "of an enum, struct or union have no lengths or ranges either.", \
	  "struct A { a: map; }", "struct A { a: map<string>; }") \
	X(E0303, "'| null' or '?' where it has no meaning", \
	  "Fields, parameters and results can be null. Elements of a list, map, set or table, and " \
	  "constants, tags and parameters of a model, cannot: wrap the element in a struct.", \
	  "struct A { a: [string | null]; }", "struct A { a: [string] | null; }") \
	X(E0304, "a set of something that is not a scalar", \
	  "Members of a set are compared: bool, numbers, strings and their formats, timestamps and " \
	  "enums.", \
	  "struct B { }\nstruct A { a: set<B>; }", "struct B { }\nstruct A { a: [B]; }") \
	X(E0305, "a table of something that is not a struct with @key", \
	  "Rows of a table are structs, found by their @key field.", \
	  "struct Row { id: uuid; }\nmodel M { rows: table<Row>; }", \
	  "struct Row { id: uuid @key; }\nmodel M { rows: table<Row>; }") \
	X(E0306, "a type of infinite size", \
	  "A struct that always holds another of its own kind can never end. A list, map or table may " \
	  "be empty, an optional or nullable field may be missing: one of them has to be on the way.", \
	  "struct Node { next: Node; }", "struct Node { next?: Node; }") \
	X(E0307, "a type that cannot stand here", \
	  "'table' and 'text' are live state: they are types of fields of models and structs. So is " \
	  "'counter', which may also be the element of a map. Parameters and results use [T], string " \
	  "and safeint. Parameters of a model are strings, integers or enums.", \
	  "model M { action add(n: counter); }", "model M { action add(n: safeint); }") \
	X(E0308, "a tag of a union that is not a struct", \
	  "The members of the struct stand beside the tag in one JSON object, so a tag needs a struct.", \
	  "union U { a: string; }", "struct A { text: string; }\nunion U { a: A; }") \
	X(E0309, "an enum or union without members", \
	  "No value could ever be valid.", "enum E { }", "enum E { one }") \
	X(E0401, "a default outside its constraint", \
	  "A default has to satisfy the bounds of its own field.", \
	  "struct A { a: int32(0..10) = 11; }", "struct A { a: int32(0..10) = 10; }") \
	X(E0402, "unknown enum value", \
	  "A default of an enum is one of its values, without quotes.", \
	  "enum E { low, high }\nstruct A { e: E = hihg; }", \
	  "enum E { low, high }\nstruct A { e: E = high; }") \
	X(E0403, "a default of another type", \
	  "The default is a literal of the type of its field: true, 1, 1.5, \"text\", null for what is " \
	  "nullable, [] for a list or set, {} for a map.", \
	  "struct A { a: int32 = \"1\"; }", "struct A { a: int32 = 1; }") \
	X(E0404, "a default where none can be", \
	  "Structs and unions are built from the defaults of their own members; tables start empty; " \
	  "'text', tags of unions, parameters of models have no default.", \
	  "struct B { }\nstruct A { b: B = {}; }", "struct B { }\nstruct A { b: B; }") \
	X(E0405, "the lower bound is above the upper one", \
	  "No value could ever be valid.", \
	  "struct A { a: string(9..1); }", "struct A { a: string(1..9); }") \
	X(E0406, "a bound that does not fit the type", \
	  "A length is a whole number from 0. A range lies within its type; int types have whole " \
	  "bounds; float64 may have any.", \
	  "struct A { a: uint8(0..256); }", "struct A { a: uint8(0..255); }") \
	X(E0407, "a constant that depends on itself", \
	  "Constants may name other constants, but not in a circle.", \
	  "const A = B;\nconst B = A;", "const A = 1;\nconst B = A;") \
	X(E0408, "bounds on a type that has none", \
	  "Numbers have a range. Strings, bytes, lists, maps, sets and tables have a length.", \
	  "struct A { a: bool(0..1); }", "struct A { a: bool; }") \
	X(E0409, "a constant of the wrong type for a bound", \
	  "Bounds are numbers, so their constants are.", \
	  "const MAX = \"9\";\nstruct A { a: string(..MAX); }", \
	  "const MAX = 9;\nstruct A { a: string(..MAX); }") \
	X(E0501, "unknown attribute", \
	  "The language has a fixed set of attributes. One that is not known is never ignored, since " \
	  "it may be a right that somebody relies on.", \
	  "model M { a: bool @wrte; }", "model M { a: bool @write; }") \
	X(E0502, "an attribute in the wrong place", \
	  "The attribute exists but means nothing here. The message says where it belongs.", \
	  "struct A @persist { a: bool; }", "model A @persist { a: bool; }") \
	X(E0503, "a wrong argument of an attribute", \
	  "The message says what the attribute takes.", \
	  "model M @ttl(\"5m\") { a: bool; }", "model M @ttl(5m) { a: bool; }") \
	X(E0504, "an attribute given twice", \
	  "Write it once; @read, @write and @role take several roles, @was may be repeated.", \
	  "model M { a: bool @write @write; }", "model M { a: bool @write; }") \
	X(E0505, "attributes that contradict each other", \
	  "A field that never leaves the server cannot be written by clients, a computed one is not " \
	  "written by anybody.", \
	  "model M { a: bool @local @write; }", "model M { a: bool @write; }") \
	X(E0506, "an attribute that does not fit the type", \
	  "For example @inline needs a declared upper bound, @created and @updated a timestamp, " \
	  "@merge(max) something that has an order.", \
	  "struct A { name: string @inline; }", "struct A { name: string(..20) @inline; }") \
	X(E0507, "not supported yet", \
	  "The compiler knows what it means but cannot produce it yet. It is an error because an " \
	  "ignored constraint would be a broken promise.", \
	  "struct A { name: string @pattern(\"a+\"); }", "struct A { name: string; }") \
	X(E0508, "more than one @key", \
	  "A row has one identity. Combine the parts into one string if you need several.", \
	  "struct A { a: uuid @key; b: uuid @key; }", "struct A { a: uuid @key; b: uuid; }") \
	X(E0509, "a type that cannot be a @key", \
	  "A key is a string or one of its formats, an integer or an enum, always present and never " \
	  "null: in JSON it is the name of a member.", \
	  "struct A { a: bool @key; }", "struct A { a: uint32 @key; }") \
	X(E0510, "a wrong key template", \
	  "The key of a model is text with parameters of the model in braces, each of them once: " \
	  "model Room(id: uuid) @key(\"ROOM/{id}\").", \
	  "model Room(id: uuid) @key(\"ROOM/{ID}\") { }", \
	  "model Room(id: uuid) @key(\"ROOM/{id}\") { }") \
	X(E0511, "keys of two models can meet", \
	  "A key finds one model. If a value of a parameter can make two templates the same text, it " \
	  "would find two.", \
	  "model A @key(\"R/a\") { }\nmodel B(id: string) @key(\"R/{id}\") { }", \
	  "model A @key(\"A/a\") { }\nmodel B(id: string) @key(\"R/{id}\") { }") \
	X(E0601, "an imported file was not found", \
	  "An import is looked up in the folder of the file that names it, then in each -I folder.", \
	  "import \"nowhere.sync\";", "") \
	X(E0602, "a file is imported twice", "One import is enough.", "", "") \
	X(E0603, "files import each other in a circle", \
	  "Move what both need into a third file that both import.", "", "") \
	X(E0604, "a second package, or two imports with one name", \
	  "A file belongs to one package and sets each option once. Imports of equal names are told " \
	  "apart with 'as'.", \
	  "package a;\npackage b;", "package a;") \
	X(E0605, "imports nested too deep", \
	  "A chain of imports may be 200 files long.", "", "") \
	X(W0701, "an import that is not used", \
	  "Nothing of the file is named here. The import can be removed.", "", "") \
	X(W0702, "a doc comment that describes nothing", \
	  "A comment with three slashes belongs to the declaration, member or parameter that follows. " \
	  "Use two slashes for anything else.", \
	  "struct A {\n  a: bool;\n  /// and so on\n}", "struct A {\n  a: bool;\n  // and so on\n}") \
	X(W0703, "a parameter that ws-sync clients cannot send", \
	  "In the ws-sync dialect a call is an object whose member \"type\" is the name of the call, " \
	  "with the parameters beside it, so a parameter of that JSON name is lost.", \
	  "model M { action add(type: string); }", "model M { action add(kind: string); }") \
	X(E0801, "a field was removed that earlier clients read", \
	  "Clients of the earlier version expect the field in the state, in results and in " \
	  "events. Mark it @deprecated in one version and remove it in a later one, with " \
	  "'reserved' to keep its name from coming back.", \
	  "", "") \
	X(E0802, "a name on the wire has changed", \
	  "The JSON name is the identity. Who renames a field or call says what it was called: " \
	  "@was(\"old\"); or keeps the old name on the wire with @json.", \
	  "", "") \
	X(E0803, "a field was added that earlier clients do not send", \
	  "In parameters, and in state that clients may write, a new field needs a default or a " \
	  "'?', because clients of the earlier version do not know it.", \
	  "", "") \
	X(E0804, "a field became required that earlier clients may leave out", \
	  "A value that could be absent, null or left to its default has to be sent now.", \
	  "", "") \
	X(E0805, "a field may be absent or null that earlier clients rely on", \
	  "Clients of the earlier version read the field without asking whether it is there.", \
	  "", "") \
	X(E0806, "a constraint is tighter than what earlier clients send", \
	  "A value that was valid may be refused now.", \
	  "", "") \
	X(E0808, "a value was added that earlier clients do not know", \
	  "Clients of the earlier version refuse a value of an enum, or a tag of a union, that " \
	  "they do not know. An 'open enum' keeps unknown values, if it was open in the earlier " \
	  "version.", \
	  "", "") \
	X(E0809, "a value was removed that earlier clients may send", \
	  "Clients of the earlier version may still send the value of the enum or the tag of " \
	  "the union.", \
	  "", "") \
	X(E0810, "a type has changed", \
	  "Another type, another JSON encoding (@json(number)) or another kind of container is " \
	  "understood by nobody who expects the old one. Add a field of the new type beside the " \
	  "old one.", \
	  "", "") \
	X(E0811, "the @key of a struct has changed", \
	  "The key is the identity of rows and list elements on both sides.", \
	  "", "") \
	X(E0812, "the result of a call has changed", \
	  "Callers of the earlier version expect what it gave back then; the same holds for " \
	  "'progress'.", \
	  "", "") \
	X(E0813, "the errors of a call have changed", \
	  "What follows 'throws' is a part of the result: callers of the earlier version know " \
	  "those errors and no others.", \
	  "", "") \
	X(E0814, "a call became one of another kind", \
	  "Actions, tasks and events are spelled differently on the wire.", \
	  "", "") \
	X(E0815, "the key of a model has changed", \
	  "Clients of the earlier version ask for documents under the old key.", \
	  "", "") \
	X(E0816, "something was removed that earlier clients use", \
	  "A model, a call or the presence of a model is gone. Mark models and calls " \
	  "@deprecated in one version and remove them in a later one.", \
	  "", "") \
	X(E0817, "a member of a @closed struct came or went", \
	  "A @closed struct refuses members it does not know: clients of the earlier version " \
	  "refuse a new one, the server refuses a removed one that they still send.", \
	  "", "") \
	X(E0818, "a reserved name came back", \
	  "The earlier version reserved the name because somebody may still use it with its old " \
	  "meaning.", \
	  "", "") \
	X(E0819, "two versions that cannot be compared", \
	  "Their types refer to each other in so many combinations that comparing was given up.", \
	  "", "") \
	X(W0801, "a field was removed that earlier clients send", \
	  "What clients of the earlier version send in it is ignored.", \
	  "", "") \
	X(W0803, "a field was added that earlier servers do not send", \
	  "State that was stored by the earlier version, and servers that still run it, do not " \
	  "have the field. Give it a default or a '?'.", \
	  "", "") \
	X(W0807, "a constraint is looser than what earlier clients take", \
	  "Clients of the earlier version check what they receive and may refuse a value that " \
	  "is valid now.", \
	  "", "") \
	X(W0820, "fewer may read, write or call", \
	  "Roles that the earlier version named, or everybody, have lost a right.", \
	  "", "") \
	X(W0821, "a reserved name is free again", \
	  "Nothing keeps the name from coming back with another meaning any more.", \
	  "", "")

/* clang-format on */

#endif
