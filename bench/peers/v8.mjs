// Node's own JSON, and ajv where the work includes validation.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ACTION } from '../data.mjs';
import { load, loadJson } from './load.mjs';

const priority = { enum: ['low', 'normal', 'high'] };
const noteSchema = {
	type: 'object',
	properties: {
		id: { type: 'string', format: 'uuid' },
		text: { type: 'string', minLength: 1, maxLength: 200 },
		done: { type: 'boolean' },
		priority,
		created: { type: 'integer' },
	},
	required: ['id', 'text', 'created'],
};
const boardSchema = {
	type: 'object',
	properties: {
		title: { type: 'string', minLength: 1, maxLength: 80 },
		notes: { type: 'array', items: noteSchema, maxItems: 200000 },
	},
	required: ['title', 'notes'],
};
const addSchema = {
	type: 'object',
	properties: {
		type: { const: 'add' },
		text: { type: 'string', minLength: 1, maxLength: 200 },
		priority,
		done: { type: 'boolean' },
		at: { type: 'integer', minimum: 0, maximum: 4294967295 },
	},
	required: ['type', 'text', 'priority', 'done', 'at'],
};

const compile = (schema) => addFormats(new Ajv2020()).compile(schema);

function reading(folder, validate) {
	const text = load(folder, 'board.json');
	const read = () => {
		const value = JSON.parse(text);
		if (!validate(value))
			throw new Error('invalid');
		return value;
	};
	return { step: read, check: () => ({ ok: JSON.stringify(read()) === text, bytes: text.length }) };
}

export const works = {
	W4P(folder) {
		const text = load(folder, 'board.json'), board = JSON.parse(text);
		return {
			step: () => JSON.stringify(board),
			check: () => ({ ok: JSON.stringify(board) === text, bytes: text.length }),
		};
	},
	W4R: (folder) => reading(folder, () => true),
	W4V: (folder) => reading(folder, compile(boardSchema)),
	W5(folder) {
		const text = load(folder, 'action.json');
		const validate = compile(addSchema);
		let seen = 0;
		const handlers = { add: (args) => { seen += args.at; return args; } };
		const dispatch = (frame) => {
			const { type, data } = JSON.parse(frame);
			if (type !== '_ACTION:BOARD' || !validate(data))
				throw new Error('invalid');
			return handlers[data.type](data);
		};
		return {
			step: () => dispatch(text),
			check() {
				const args = dispatch(text);
				let refused = false;
				try {
					dispatch(JSON.stringify({ type: '_ACTION:BOARD', data: { ...ACTION, at: -1 } }));
				} catch {
					refused = true;
				}
				return { ok: args.text === ACTION.text && args.at === ACTION.at && refused, bytes: text.length };
			},
		};
	},
};
