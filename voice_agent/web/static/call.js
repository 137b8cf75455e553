// The page of one call: joins sound, conversation and findings, and lets a reviewer do all of it from the keyboard.
import { say } from "./app.js";
import { Player, clock } from "./player.js";

const holder = document.getElementById("player");
const talkList = document.getElementById("talk");
const desk = document.getElementById("desk");
const facts = JSON.parse(document.getElementById("call-data").textContent);
let player = null;
let turns = [];

const findings = () => [...document.querySelectorAll("#work .finding:not([data-quiet])")];
const chosen = () => document.querySelector('#work .finding[aria-current="true"]');
const evidence = () => JSON.parse(document.getElementById("evidence-data").textContent);

// A word ends where the next one of its turn begins.
function readTurns() {
  turns = [...document.querySelectorAll(".turn")].map((row) => {
    const words = [...row.querySelectorAll(".word")].map((word) => ({ row: word, start: Number(word.dataset.start) }));
    const end = Number(row.dataset.end);
    words.forEach((one, place) => { one.end = words[place + 1]?.start ?? end; });
    return { row, start: Number(row.dataset.start), end, words };
  });
}

// Only what changes is touched: this runs many times a second.
function mark(one, time) {
  const now = one.start <= time && time < one.end;
  if (now || one.now) for (const word of one.words ?? []) mark(word, time);
  if (now !== Boolean(one.now)) one.row.classList.toggle("now", now);
  one.now = now;
  return now;
}

function follow(time, duration) {
  document.getElementById("clock").textContent = `${clock(time)} / ${clock(duration)}`;
  const now = turns.filter((turn) => mark(turn, time)).pop();
  if (now && player.wave.isPlaying() && document.getElementById("follow").checked) now.row.scrollIntoView({ block: "nearest" });
}

function choose(item, jump = true, show = true) {
  if (!item) return;
  for (const other of document.querySelectorAll('#work .finding[aria-current="true"]')) other.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
  if (show) item.scrollIntoView({ block: "nearest" });
  player?.highlight(item.dataset.finding);
  if (jump && player && item.dataset.start) player.seek(Number(item.dataset.start) - 0.5);
}

function step(by) {
  const all = findings();
  const place = all.indexOf(chosen());
  choose(all[place < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(place + by, 0), all.length - 1)]);
}

function openDialog(id, finding) {
  const dialog = document.getElementById(id);
  if (!dialog || (finding === undefined && dialog.hasAttribute("data-about"))) return;
  if (finding) {
    const form = dialog.querySelector("form");
    form.dataset.url = `${facts.url}/findings/${finding.dataset.finding}/${form.dataset.action}`;
    dialog.querySelector("[data-name]").textContent = finding.dataset.name;
  }
  if (id === "add-dialog") fillSpan(dialog);
  dialog.showModal();
}

function fillSpan(dialog) {
  const time = player ? player.wave.getCurrentTime() : 0;
  const span = player?.selection ?? { start: Math.max(0, time - 2), end: time + 2 };
  dialog.querySelector('[name="start"]').value = span.start.toFixed(1);
  dialog.querySelector('[name="end"]').value = span.end.toFixed(1);
}

function send(url, values) {
  const all = { csrf: facts.csrf, ...values };
  return htmx.ajax("POST", url, { target: "#work", swap: "outerHTML", values: all, source: desk });
}

function decide(decision) {
  const item = chosen();
  if (!item) return say("请先用 J / K 选一条判定。");
  if (!facts.may_review) return say("只有质检员可以复核。");
  return send(`${facts.url}/findings/${item.dataset.finding}/review`, { decision });
}

function setSpeed(by) {
  const list = document.getElementById("speed");
  list.selectedIndex = Math.min(Math.max(list.selectedIndex + by, 0), list.options.length - 1);
  list.dispatchEvent(new Event("change"));
}

const press = (id) => document.getElementById(id)?.click();
const KEYS = {
  " ": () => player?.toggle(), j: () => step(1), k: () => step(-1),
  y: () => decide("confirm"), u: () => decide("cannot_judge"), n: () => facts.may_review && chosen() && openDialog("overrule-dialog", chosen()),
  m: () => openDialog("comment-dialog"), a: () => facts.may_review && openDialog("add-dialog"),
  ArrowLeft: () => player?.seek(player.wave.getCurrentTime() - 3), ArrowRight: () => player?.seek(player.wave.getCurrentTime() + 3),
  "-": () => setSpeed(-1), "=": () => setSpeed(1), s: () => press("skip"), g: () => press("next-call"), c: () => press("claim"),
  "?": () => openDialog("keys-dialog"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
  if (event.key === " " && event.target.closest("button, a, summary, input")) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

desk.addEventListener("click", (event) => {
  const word = event.target.closest(".word, .turn .at");
  if (word && player) player.seek(Number(word.dataset.start));
  const item = event.target.closest(".finding");
  if (item && !event.target.closest(".decide, details")) choose(item, !event.target.closest("a, [data-seek]"));
  const spot = event.target.closest("[data-seek]");
  if (spot && player) player.seek(Number(spot.dataset.seek));
  const about = event.target.closest("[data-ask]");
  if (about) openDialog(about.dataset.ask, about.closest(".finding"));
});

for (const form of document.querySelectorAll("form[data-action]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    form.closest("dialog").close();
    await send(form.dataset.url ?? form.action, values);
    form.reset();
  });
}

document.addEventListener("htmx:after:swap", () => {
  readTurns();
  player?.show(evidence());
  const kept = document.querySelector(`#work .finding[data-finding="${facts.last}"]`);
  choose(kept ?? findings()[0], false, false);
});
document.addEventListener("htmx:before:request", () => { facts.last = chosen()?.dataset.finding; });

function wireTransport() {
  const button = document.getElementById("play");
  button.addEventListener("click", () => player.toggle());
  document.getElementById("speed").addEventListener("change", (event) => player.speed(Number(event.target.value)));
  document.getElementById("skip").addEventListener("change", (event) => { player.skipping = event.target.checked; });
  const paint = (text) => () => { button.querySelector("span").textContent = text; };
  player.wave.on("play", paint("暂停"));
  player.wave.on("pause", paint("播放"));
}

readTurns();
if (holder) {
  const sounding = new Player(holder, facts.talk, facts.unheard);
  sounding.watchers.push(follow);
  sounding.picked = (id) => choose(document.querySelector(`#work .finding[data-finding="${id.split("-")[1]}"]`), false);
  sounding.start().then(() => {
    player = sounding;
    wireTransport();
    player.show(evidence());
    follow(0, player.wave.getDuration());
    const wanted = new URLSearchParams(location.search).get("finding");
    choose(wanted ? document.querySelector(`#work .finding[data-finding="${wanted}"]`) : findings()[0], Boolean(wanted), Boolean(wanted));
    document.body.dataset.ready = "sound";
  }).catch((error) => say(`无法播放：${error.message}`));
} else {
  choose(findings()[0], false, false);
}
talkList?.setAttribute("data-wired", "");
