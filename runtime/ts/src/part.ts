/** What goes with a document and is not used by everybody: tasks, presence. Only who imports it has it. */
import type { Document } from "./document.js";
import type { FromServer } from "./frames.js";

export interface Part {
	/** Hears of every frame about the document that it does not take itself, of `joined` and of errors. */
	receive(frame: FromServer): void;
	/** In step with the server (again). */
	live(): void;
	/** The connection is gone. */
	away(): void;
	/** Something is still awaited: the document is not left. */
	readonly busy: boolean;
}

/** The part of that class, made when it is first asked for. */
export function partOf<P extends Part>(live: unknown, make: new (document: Document) => P): P {
	const document = live as Document;
	for (const part of document.parts) if (part instanceof make) return part;
	const part = new make(document);
	document.parts.push(part);
	if (document.revision !== undefined) part.live();
	return part;
}
