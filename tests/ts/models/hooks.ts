/** For the type checker alone: what of a generated model does not compile in a component. */
import { presence, tasks } from "syncgen";
import { usePresence, useSynced, useSyncEvent, useTask } from "syncgen/react";
import { Board, Room } from "../board.js";
import { Kinds, Plain } from "../kinds.js";

export function Component(): unknown {
	const board = useSynced(Board, undefined, {
		optimistic: { add: (draft, { id, text }) => draft.cards.push({ id, text, done: false }) },
	});
	const title: string = board.title;
	board.setTitle("a");
	board.setTitle((now) => now.trim());
	void board.syncTitle();
	void board.$update((draft) => (draft.title = "b"));
	const card: Promise<{ id: string; text: string; done: boolean }> = board.$actions.add({ id: "1", text: "x" });
	const { progress, value } = useTask(board.$tasks.load({ url: "https://example.org" }));
	const percent: number | undefined = progress?.percent;
	const count: number | undefined = value;
	useSyncEvent(board.$, "saved", ({ at }) => at.toFixed());
	for (const { name } of usePresence(board.$, { name: "Ann" }).values()) name.trim();

	// @ts-expect-error: there is no such field
	void board.titel;
	// @ts-expect-error: there is no such field to be set
	board.setTitel("a");
	// @ts-expect-error: only the server writes it
	void board.syncOpen(1);
	// @ts-expect-error: only the server writes it
	void board.$update((draft) => (draft.open = 1));
	// @ts-expect-error: a number is no title
	board.setTitle(1);
	// @ts-expect-error: a number is no title
	void board.syncTitle(() => 1);
	// @ts-expect-error: what is shown is not written to
	board.$.state = board.$.state;
	// @ts-expect-error: a card has an id
	void board.$update((draft) => draft.cards.push({ text: "", done: false }));
	// @ts-expect-error: there is no such action
	void board.$actions.ad({ id: "1", text: "x" });
	// @ts-expect-error: the text is missing
	void board.$actions.add({ id: "1" });
	// @ts-expect-error: the arguments are missing
	void board.$actions.add();
	// @ts-expect-error: there is no such argument
	void board.$actions.add({ id: "1", text: "x", colour: "red" });
	// @ts-expect-error: a text is no number
	void board.$actions.download({ size: "1" });
	// @ts-expect-error: a card is no text
	board.$actions.add({ id: "1", text: "x" }).then((result) => result.trim());
	// @ts-expect-error: there is no such task
	board.$tasks.lod({ url: "" });
	// @ts-expect-error: a number is no url
	tasks(board.$).load({ url: 1 });
	// @ts-expect-error: there is no such event
	useSyncEvent(board.$, "sved", () => undefined);
	// @ts-expect-error: a time is no text
	board.$.on("saved", ({ at }) => at.trim());
	// @ts-expect-error: a name is a text
	usePresence(board.$, { name: 1 });
	// @ts-expect-error: there is no such part of a presence
	presence(board.$).set({ nam: "Ann" });
	// @ts-expect-error: there is no such action to be expected
	useSynced(Board, undefined, { optimistic: { ad: () => undefined } });
	// @ts-expect-error: there is no such argument
	useSynced(Board, undefined, { optimistic: { add: (draft, { texts }) => texts } });

	useSynced(Room, { id: 3 }).title.trim();
	// @ts-expect-error: which room?
	useSynced(Room);
	// @ts-expect-error: a text is no id
	useSynced(Room, { id: "3" });
	const kinds = useSynced(Kinds, { name: "a" });
	void kinds.syncBig(1n);
	// @ts-expect-error: a number is no bigint
	void kinds.syncBig(1);
	// @ts-expect-error: the rows are the server's
	kinds.setRows({});
	// @ts-expect-error: of this model nothing is written
	useSynced(Plain).setTitle("a");

	const counter = useSynced("COUNT", { count: 3 });
	void counter.syncCount((now) => now + 1);
	// @ts-expect-error: a text is no number
	void counter.syncCount("4");
	// @ts-expect-error: what it is at first is missing
	useSynced("COUNT");
	return [title, card, percent, count];
}
