// 通话提示: what is still due on the own call. The list is only touched when a line comes or goes, so that screen readers are not disturbed.
import { clock, follow, hearing, now, synchronise } from "./sse.js";

const box = document.getElementById("prompt"), items = document.getElementById("items");
const QUIET = Number(box.dataset.quiet);
let prompt = null;

function due() {
  const moment = now();
  const shown = prompt.items.filter((one) => one.from === null || one.from <= moment);
  const since = prompt.hold ?? prompt.quiet;
  if (since !== null && since !== undefined && moment - since >= QUIET && prompt.listening === "on")
    shown.unshift({ rule: "quiet", text: "安静有一会儿了，回来时请先说“让您久等了”", running: since });
  return shown;
}

function line(one) {
  const made = document.createElement("li");
  made.dataset.rule = one.rule;
  made.dataset.text = one.text;
  const words = Object.assign(document.createElement("span"), { textContent: one.text });
  const time = Object.assign(document.createElement("span"), { className: "clock number" });
  time.setAttribute("aria-hidden", "true");
  made.append(words, time);
  return made;
}

function show() {
  box.hidden = !prompt;
  document.getElementById("idle").hidden = Boolean(prompt);
  if (!prompt) { items.replaceChildren(); return; }
  const wanted = due(), standing = new Map([...items.children].map((one) => [one.dataset.rule + one.dataset.text, one]));
  for (const [key, one] of standing) if (!wanted.some((each) => each.rule + each.text === key)) one.remove();
  for (const one of wanted) if (!standing.has(one.rule + one.text)) items.append(line(one));
  const moment = now();
  for (const one of wanted) {
    const time = [...items.children].find((each) => each.dataset.rule === one.rule)?.querySelector(".clock");
    if (time) time.textContent = one.running ? clock(moment - one.running) : one.until && one.until > moment ? clock(one.until - moment) : "";
  }
  document.getElementById("all-said").hidden = wanted.length > 0 || !prompt.done.length;
  document.getElementById("talk").textContent = prompt.since ? clock(moment - prompt.since) : "";
  const last = prompt.why || prompt.last || "–";
  const said = document.getElementById("last");
  if (said.textContent !== last) said.textContent = last;
}

setInterval(show, 1000);
follow("/mine/now/stream", (name, told) => {
  synchronise(told.now);
  if (name === "hearing") { hearing({ ...told, waiting: 0 }); return; }
  prompt = told.prompt;
  show();
  document.body.dataset.ready = "prompt";
});
