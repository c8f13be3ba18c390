// Automerge: a change is a compressed binary; every replica keeps the history.
import * as A from '@automerge/automerge';
import { typing } from './typing.mjs';

const replicas = () => {
	const first = A.from({ body: '' });
	let author = first, server = A.clone(first), reader = A.clone(first);
	return {
		type([at, gone, put]) {
			author = A.change(author, (doc) => A.splice(doc, ['body'], at, gone, put));
			return A.getLastLocalChange(author);
		},
		take(change) {
			[server] = A.applyChanges(server, [change]);
			[reader] = A.applyChanges(reader, [change]);
		},
		texts: () => [author.body, server.body, reader.body],
	};
};

export const works = {
	W12F: typing('friendsforever_flat', replicas, 500),
	W12SF: typing('sveltecomponent', replicas, 500),
};
