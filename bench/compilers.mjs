// W11: schema compilers as competitors, timed from outside.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { structs } from './structs.mjs';

const run = (command, args) => spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
const installed = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

function compiler(needs, language, output, args) {
	return ({ build, folder, count }) => {
		if (needs.some((it) => !installed(it.replace('BUILD', build))))
			return { missing: true };
		const name = `structs${count}`;
		const source = `${folder}/${name}.${language}`, out = `${folder}/out`;
		writeFileSync(source, structs(language, count));
		const [command, ...rest] = args(name, folder, out).map((arg) => arg.replace('BUILD', build));
		return {
			// From nothing each time: nobody gains by finding old outputs.
			step() {
				rmSync(out, { recursive: true, force: true });
				mkdirSync(out);
				const start = process.hrtime.bigint();
				const result = run(command, rest);
				const spent = Number(process.hrtime.bigint() - start);
				if (result.status !== 0)
					throw new Error(`${command}: ${result.stderr.slice(0, 500)}`);
				return spent;
			},
			check() {
				this.step();
				const file = `${out}/${output(name)}`;
				const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
				return { ok: text.includes(`Part${count - 1}`), bytes: text.length };
			},
		};
	};
}

export const compilers = {
	'syncgen': compiler(['BUILD/syncgen'], 'sync', (name) => `${name}.h`,
		(name, folder, out) => ['BUILD/syncgen', '--emit', 'c', `${folder}/${name}.sync`, '-o', out]),
	'syncgen, all outputs': compiler(['BUILD/syncgen'], 'sync', (name) => `${name}.h`,
		(name, folder, out) => ['BUILD/syncgen', `${folder}/${name}.sync`, '-o', out]),
	'protoc (C++)': compiler(['protoc'], 'proto', (name) => `${name}.pb.h`,
		(name, folder, out) => ['protoc', `-I${folder}`, `--cpp_out=${out}`, `${folder}/${name}.proto`]),
	'flatc (C++)': compiler(['flatc'], 'fbs', (name) => `${name}_generated.h`,
		(name, folder, out) => ['flatc', '--cpp', '-o', out, `${folder}/${name}.fbs`]),
	'nanopb': compiler(['protoc', 'protoc-gen-nanopb'], 'proto', (name) => `${name}.pb.h`,
		(name, folder, out) => ['protoc', `-I${folder}`, `--nanopb_out=${out}`, `${folder}/${name}.proto`]),
};
