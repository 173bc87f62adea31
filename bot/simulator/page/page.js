// Keeps the chat as it is now, and sends forms without leaving the page. Without
// it everything works too, by loading the page anew.
"use strict";

const parts = ["now", "answer", "keys"];

// look fetches the page and takes over what has changed, no more: what has the
// focus keeps it, and a screen reader reads only what is new.
async function look() {
	const response = await fetch(location.pathname);
	if (!response.ok) return;
	const page = new DOMParser().parseFromString(await response.text(), "text/html");
	const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 60;
	for (const id of parts) replace(document.getElementById(id), page.getElementById(id));
	const acts = page.getElementById("acts"), present = document.getElementById("acts");
	if (!present.querySelector("#write") !== !acts.querySelector("#write")) present.replaceWith(acts);
	const grown = merge(document.getElementById("log"), page.getElementById("log"));
	if (grown && atEnd) toEnd();
}

function toEnd() {
	scrollTo(0, document.documentElement.scrollHeight);
}

function replace(old, fresh) {
	if (!old.isEqualNode(fresh)) old.replaceWith(fresh);
}

// merge makes the messages of log those of fresh.
function merge(log, fresh) {
	let changed = false;
	const news = [...fresh.children];
	news.forEach((message, i) => {
		const old = log.children[i];
		if (old && old.isEqualNode(message)) return;
		changed = true;
		if (!old) return log.append(message);
		const focus = old.contains(document.activeElement);
		old.replaceWith(message);
		if (focus) (message.querySelector("button") || log).focus({preventScroll: true});
	});
	while (log.children.length > news.length) log.lastElementChild.remove();
	return changed;
}

document.addEventListener("submit", async event => {
	event.preventDefault();
	const form = event.target;
	const response = await fetch(form.action, {method: "POST", body: new FormData(form, event.submitter)});
	if (response.ok) {
		form.reset();
		await look();
		toEnd();
		return;
	}
	document.getElementById("answer").textContent = await response.text();
});

// Enter sends, as on a desk; with Shift it begins a new line.
document.addEventListener("keydown", event => {
	if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.name !== "text" || event.target.tagName !== "TEXTAREA") return;
	event.preventDefault();
	event.target.form.requestSubmit();
});

async function watch() {
	if (!document.hidden) await look().catch(() => {}); // the simulator may have ended
	setTimeout(watch, 700);
}

toEnd();
watch();
