/** Conversations as data: reading them, variables, comparing. See tests/wire/README.md. */
import { readdirSync, readFileSync } from "node:fs";
import { emptyBoard, emptyMeter } from "./board.js";

export type Json = any;

export interface Step {
	[member: string]: Json;
}

export interface Conversation {
	name: string;
	file: string;
	documents?: Record<string, Json>;
	joined?: Record<string, string[]>;
	limits?: Record<string, number>;
	sides?: string[];
	/** What clients show that are not in step from the beginning. */
	token?: string;
	/** False: beyond the reference server of these tests. */
	reference?: boolean;
	steps: Step[];
}

/** What is spelled shortly: see "Long things" in the README. */
function expand(value: Json, index?: number): Json {
	if (typeof value === "string") return index === undefined ? value : value.replaceAll("@i", String(index));
	if (value === null || typeof value !== "object") return value;
	if (Array.isArray(value))
		return value.flatMap((v) => (v?.$times ? expand(v, index) : [expand(v, index)]));
	if (value.$times)
		return Array.from({ length: value.$times }, (_, i) => i + 1).flatMap((i) => {
			const one = expand(value.of, i);
			return Array.isArray(one) ? one : [one];
		});
	if (value.$i) return index;
	if (value.$xs) return "x".repeat(value.$xs);
	return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, expand(v, index)]));
}

export function conversations(folder: string): Conversation[] {
	return readdirSync(folder)
		.filter((f) => f.endsWith(".json"))
		.sort()
		.flatMap((file) =>
			(expand(JSON.parse(readFileSync(`${folder}/${file}`, "utf8"))) as Conversation[]).map((c) => ({
				...c,
				file,
			})),
		);
}

/** The documents as the server has them when the conversation begins. */
export function documentsOf(conversation: Conversation): Record<string, Json> {
	const documents: Record<string, Json> = { BOARD: { ...emptyBoard(), open: 0 } };
	if (Object.values(conversation.joined ?? {}).flat().includes("METER"))
		documents["METER"] = emptyMeter() as unknown as Json;
	for (const [key, state] of Object.entries(conversation.documents ?? {}))
		documents[key] = { ...(documents[key] ?? { title: "" }), ...state };
	return documents;
}

export class Mismatch extends Error {}

export class Variables {
	private readonly values = new Map<string, Json>();

	bind(name: string, value: Json): void {
		this.values.set(name, value);
	}

	private parse(text: string): { name: string; more: number } {
		const [, name, more] = /^([^+]+)(?:\+(\d+))?$/.exec(text)!;
		return { name: name!, more: Number(more ?? 0) };
	}

	/** What the runner sends: variables with their values, made up where they have none. */
	fill(value: Json): Json {
		if (typeof value === "string" && /^[$#]./.test(value)) {
			const { name, more } = this.parse(value);
			if (!this.values.has(name)) this.values.set(name, name.startsWith("#") ? 10 : name.slice(1));
			return name.startsWith("#") ? this.values.get(name) + more : this.values.get(name);
		}
		if (Array.isArray(value)) return value.map((v) => this.fill(v));
		if (value === null || typeof value !== "object") return value;
		return Object.fromEntries(
			Object.entries(value)
				.filter(([, v]) => v !== "*")
				.map(([k, v]) => [k, this.fill(v)]),
		);
	}

	/** What came against what should; throws a Mismatch. */
	match(wanted: Json, got: Json, at = ""): void {
		if (wanted === "*") return;
		if (typeof wanted === "string" && /^[$#]./.test(wanted)) {
			const { name, more } = this.parse(wanted);
			if (!this.values.has(name)) this.values.set(name, name.startsWith("#") ? got - more : got);
			const value = name.startsWith("#") ? this.values.get(name) + more : this.values.get(name);
			if (value !== got)
				throw new Mismatch(
					`${at}: ${JSON.stringify(got)} is not ${wanted}, ${JSON.stringify(value)}`,
				);
			return;
		}
		if (wanted === null || typeof wanted !== "object" || got === null || typeof got !== "object") {
			if (wanted !== got)
				throw new Mismatch(`${at}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
			return;
		}
		if (Array.isArray(wanted) !== Array.isArray(got)) throw new Mismatch(`${at}: a list or not a list`);
		const nothing = (k: string, v: Json) =>
			v === undefined ||
			(at === "" &&
				((k === "done" && v === 0) || ((k === "results" || k === "tasks") && v.length === 0)));
		for (const key of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
			if (wanted[key] === "*" && !Array.isArray(wanted)) continue;
			if (at === "" && key === "life" && !(key in wanted)) continue; // of welcomes; few care
			const [missing, extra] = [nothing(key, got[key]), nothing(key, wanted[key])];
			if (missing && extra) continue;
			if (missing !== extra)
				throw new Mismatch(
					`${at}/${key}: ${JSON.stringify(got[key])} instead of ${JSON.stringify(wanted[key])}`,
				);
			this.match(wanted[key], got[key], `${at}/${key}`);
		}
	}
}

/** The frames of a client that is connected and in step. */
export function handshake(client: string, keys: string[], documents: Record<string, Json>): Step[] {
	const names = Object.entries({ BOARD: "Board", METER: "Meter" }).flatMap(([key, name]) =>
		keys.includes(key) ? [name] : [],
	);
	const models = Object.fromEntries(names.map((name) => [name, `$hash.${name}`]));
	return [
		{ open: client },
		{
			from: client,
			send: {
				t: "hello",
				v: 1,
				client: `$client.${client}`,
				models,
				docs: keys.map((doc) => ({ doc })),
			},
		},
		{
			to: client,
			frame: {
				t: "welcome",
				session: "*",
				client: `$client.${client}`,
				secret: `$secret.${client}`,
				heartbeat: 20000,
				limits: "*",
				models: Object.fromEntries(names.map((name) => [name, "same"])),
			},
		},
		...keys.flatMap((doc) => [
			{ to: client, frame: { t: "joined", doc, ok: true, last: 0 } },
			{
				to: client,
				frame: {
					t: "patch",
					doc,
					epoch: `$epoch.${doc}`,
					from: null,
					rev: `#${doc}`,
					ops: [{ op: "replace", path: "", value: documents[doc] }],
				},
			},
		]),
	];
}
