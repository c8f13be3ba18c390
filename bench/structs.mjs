// A schema of N structs in each compiler's language: node structs.mjs sync|proto|fbs N
// Every struct has a scalar of each sort, a list and a reference to an earlier struct.

const languages = {
	sync: {
		head: 'package bench.structs;\n',
		struct: (i, body) => `struct Part${i} {\n${body}}\n`,
		fields: (i) => ['count: int32', 'total: uint32', 'ratio: float64', 'name: string(..200)',
			'done: bool', 'marks: [uint32](..1000)', ...(i ? [`before?: Part${i >> 1}`] : [])]
			.map((field) => `  ${field};\n`),
	},
	proto: {
		head: 'syntax = "proto3";\npackage bench.structs;\n',
		struct: (i, body) => `message Part${i} {\n${body}}\n`,
		fields: (i) => ['int32 count', 'uint32 total', 'double ratio', 'string name', 'bool done',
			'repeated uint32 marks', ...(i ? [`Part${i >> 1} before`] : [])]
			.map((field, number) => `  ${field} = ${number + 1};\n`),
	},
	fbs: {
		head: 'namespace bench.structs;\n',
		struct: (i, body) => `table Part${i} {\n${body}}\n`,
		fields: (i) => ['count: int', 'total: uint', 'ratio: double', 'name: string', 'done: bool',
			'marks: [uint]', ...(i ? [`before: Part${i >> 1}`] : [])]
			.map((field) => `  ${field};\n`),
	},
};

export function structs(language, count) {
	const { head, struct, fields } = languages[language];
	let text = head;
	for (let i = 0; i < count; i++)
		text += '\n' + struct(i, fields(i).join(''));
	return text;
}

if (process.argv[1]?.endsWith('structs.mjs'))
	process.stdout.write(structs(process.argv[2], +process.argv[3]));
