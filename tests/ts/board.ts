/** The model of the simulations and conversations, as tests/wire/board.sync makes it. */
import type { ModelInfo } from "../../runtime/ts/src/index.js";
import "../../runtime/ts/src/bytes.js";
import "../../runtime/ts/src/checked.js";
import "../../runtime/ts/src/text.js";

export interface Card {
	id: string;
	text: string;
	done: boolean;
}

export interface Board {
	title: string;
	notes: string[];
	cards: Card[];
	tags: string[];
	counts: Record<string, number>;
	views: number;
	body: string;
	log: string[];
}

export const emptyBoard = (): Board => ({
	title: "My board",
	notes: [],
	cards: [],
	tags: [],
	counts: {},
	views: 0,
	body: "",
	log: [],
});

export interface BoardTypes {
	state: Board;
	params: undefined;
	presence: { name: string };
	actions: {
		mark: { args: { mark: string }; result: string; error: never };
		upload: { args: { data: Uint8Array }; result: number; error: never };
		clear: { args: Record<string, never>; result: void; error: never };
		knock: { args: Record<string, never>; result: number; error: never };
		download: { args: { size: number }; result: Uint8Array; error: never };
		add: {
			args: { id: string; text: string };
			result: Card;
			error: { name: "Full"; args: { limit: number } };
		};
	};
	tasks: { load: { args: { url: string }; progress: { percent: number }; result: number; error: never } };
	events: { saved: { at: number } };
}

export const Board = {
	name: "Board",
	key: "BOARD",
	hash: "board-hash",
	writable: ["title", "notes", "cards", "tags", "counts", "views", "body", "log"],
	actions: ["mark", "add", "upload", "clear", "knock", "download"],
	tasks: ["load"],
	events: ["saved"],
	shape: {
		struct: {
			notes: { list: "json" },
			cards: { list: { struct: { text: "text" } }, key: "id" },
			tags: { set: "json" },
			counts: { map: "json" },
			views: "counter",
			body: "text",
			log: { list: "json" },
		},
	},
	calls: { download: { result: "bytes" } },
	initial: emptyBoard,
	types: undefined as BoardTypes | undefined,
} as const satisfies ModelInfo<BoardTypes>;

/** What several write at once. */
export interface Meter {
	peak: number;
	low: number;
	host: string;
	title: string;
	span: { from: number; to: number };
	note: string;
	secret?: string;
}

export const emptyMeter = (): Meter => ({
	peak: 0,
	low: 100,
	host: "",
	title: "meter",
	span: { from: 0, to: 0 },
	note: "",
});

export interface MeterTypes {
	state: Meter;
	params: undefined;
	presence: undefined;
	actions: Record<never, never>;
	tasks: Record<never, never>;
	events: Record<never, never>;
}

export const Meter = {
	name: "Meter",
	key: "METER",
	hash: "meter-hash",
	writable: ["peak", "low", "host", "title", "span", "note", "secret"],
	actions: [],
	tasks: [],
	events: [],
	shape: {
		struct: {
			title: { checked: "json" },
			span: { whole: { checked: { struct: {} } } },
		},
	},
	initial: emptyMeter,
	types: undefined as MeterTypes | undefined,
} as const satisfies ModelInfo<MeterTypes>;

export const boardKinds = { sets: ["tags"], texts: ["body", "text"], counters: ["views"] };
