// A bar for each peer: how many times as fast syncgen is, on a logarithmic scale; a tick where the
// target stands.
const LEFT = 300, RIGHT = 90, BAR = 15, STEP = 20, WIDTH = 900;

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const plain = (text) => text.replaceAll('*', '');

export function plot(rows) {
	const most = Math.max(10, ...rows.map((it) => Math.max(it.ratio, it.target ?? 1)));
	const decades = Math.ceil(Math.log10(most));
	const x = (value) => LEFT + (Math.log10(Math.max(value, 0.1)) + 1) / (decades + 1) * (WIDTH - LEFT - RIGHT);
	const height = rows.length * STEP + 50;
	const parts = [];
	for (let power = -1; power <= decades; power++) {
		const at = x(10 ** power).toFixed(1);
		parts.push(`<line x1="${at}" y1="24" x2="${at}" y2="${height - 16}" stroke="#ddd"/>`,
			`<text x="${at}" y="16" text-anchor="middle">${(10 ** power).toLocaleString('en')} ×</text>`);
	}
	rows.forEach(({ work, name, ratio, target, reached }, i) => {
		const y = 30 + i * STEP, from = Math.min(x(1), x(ratio)), to = Math.max(x(1), x(ratio));
		const colour = reached === false ? '#c66' : reached ? '#4a7' : '#89a';
		parts.push(`<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${escape(work.id)} ${escape(plain(name))}</text>`,
			`<rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
			`<text x="${(to + 6).toFixed(1)}" y="${y + 12}">${ratio >= 10 ? Math.round(ratio).toLocaleString('en') : ratio.toFixed(1)}</text>`);
		if (target) {
			const at = x(target).toFixed(1);
			parts.push(`<line x1="${at}" y1="${y - 2}" x2="${at}" y2="${y + BAR + 2}" stroke="#000" stroke-width="2"/>`);
		}
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${parts.join('\n')}
<text x="${LEFT}" y="${height - 4}">syncgen is so many times as fast; black: to reach; green: reached; red: not; grey: no target</text>
</svg>
`;
}
