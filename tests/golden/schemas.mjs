// Each file is a schema by the metaschema of draft 2020-12, and can be compiled: node schemas.mjs FILE...
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
const schemas = process.argv.slice(2).map((file) => [file, JSON.parse(readFileSync(file, 'utf8'))]);
for (const [file, schema] of schemas) {
	if (schema.$schema !== 'https://json-schema.org/draft/2020-12/schema')
		throw new Error(`${file}: $schema is ${schema.$schema}`);
	if (!ajv.validateSchema(schema))
		throw new Error(`${file}: ${ajv.errorsText()}`);
	ajv.addSchema(schema);
}
for (const [file, schema] of schemas) {
	if (!schema.$id)
		throw new Error(`${file}: no $id`);
	ajv.getSchema(schema.$id);
}
