import { readFileSync } from 'node:fs';

export const load = (folder, name) => readFileSync(`${folder}/${name}`, 'utf8');
export const loadJson = (folder, name) => JSON.parse(load(folder, name));
