// The page of one call: joins sound, conversation and findings, and lets a reviewer do all of it from the keyboard.
import { say } from "./app.js";
import { act, finish, held, onRenewed, openDialog, refresh, restore } from "./desk.js";
import { paint } from "./labels.js";
import { Player, clock } from "./player.js";

const holder = document.getElementById("player");
const talkList = document.getElementById("talk");
const desk = document.getElementById("desk");
const facts = JSON.parse(document.getElementById("call-data").textContent);
let player = null;
let wanted = false;
let failed = false;
let last = "";
let turns = [];

const findings = () => [...document.querySelectorAll("#work .finding:not([data-quiet])")];
const chosen = () => document.querySelector('#work .finding[aria-current="true"]');
const evidence = () => JSON.parse(document.getElementById("evidence-data").textContent);
const labels = () => JSON.parse(document.getElementById("labels-data").textContent);

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
  last = item.dataset.finding;
  if (show) item.scrollIntoView({ block: "nearest" });
  player?.highlight(item.dataset.finding);
  if (jump && player && item.dataset.start) player.seek(Number(item.dataset.start) - 0.5);
}

function step(by) {
  const all = findings();
  const place = all.indexOf(chosen());
  choose(all[place < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(place + by, 0), all.length - 1)]);
}

function fillSpan(dialog) {
  const time = player ? player.wave.getCurrentTime() : 0;
  const span = player?.selection ?? { start: Math.max(0, time - 2), end: time + 2 };
  dialog.querySelector('[name="start"]').value = span.start.toFixed(1);
  dialog.querySelector('[name="end"]').value = span.end.toFixed(1);
}

function open(id, finding) {
  const dialog = openDialog(id, finding);
  if (dialog && id === "add-dialog") fillSpan(dialog);
}

// Nobody decides while somebody else is at the call.
function barred() {
  if (held()) say(`${held()} 正在复核这通电话，现在不能决定。`);
  return Boolean(held());
}

function decide(decision) {
  const item = chosen();
  if (!item) return say("请先用 J / K 选一条判定。");
  if (!facts.may_review) return say("只有质检员可以复核。");
  return barred() || act(`${facts.url}/findings/${item.dataset.finding}/review`, { decision }, { onward: true });
}

function setSpeed(by) {
  const list = document.getElementById("speed");
  list.selectedIndex = Math.min(Math.max(list.selectedIndex + by, 0), list.options.length - 1);
  list.dispatchEvent(new Event("change"));
}

const press = (id) => document.getElementById(id)?.click();
const KEYS = {
  " ": () => toggle(), j: () => step(1), k: () => step(-1),
  y: () => decide("confirm"), u: () => decide("cannot_judge"), n: () => facts.may_review && chosen() && !barred() && open("overrule-dialog", chosen()),
  m: () => open("comment-dialog"), a: () => facts.may_review && !barred() && open("add-dialog"),
  ArrowLeft: () => player?.seek(player.wave.getCurrentTime() - 3), ArrowRight: () => player?.seek(player.wave.getCurrentTime() + 3),
  "-": () => setSpeed(-1), "=": () => setSpeed(1), s: () => press("skip"), g: () => finish(), c: () => press("claim"),
  "?": () => open("keys-dialog"),
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
  if (about) open(about.dataset.ask, about.closest(".finding"));
  if (event.target.closest("[data-refresh]")) refresh();
});

desk.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-part]");
  if (!form) return;
  event.preventDefault();
  choose(form.closest(".finding"), false, false);
  act(form.getAttribute("action"), Object.fromEntries(new FormData(form)), { onward: form.hasAttribute("data-onward") });
});
document.getElementById("finish-form")?.addEventListener("submit", (event) => { event.preventDefault(); finish(); });

// The list keeps its order. After a decision the next open finding is looked at; when none is left, the last one stays.
onRenewed((onward) => {
  paint(labels());
  player?.show(evidence());
  const all = findings();
  const place = all.findIndex((one) => one.dataset.finding === last);
  const ahead = [...all.slice(place + 1), ...all.slice(0, place + 1)].find((one) => one.hasAttribute("data-open"));
  choose((onward && ahead) || all[place] || all[0], Boolean(onward && ahead), true);
  if (onward && !ahead) say("每一条都有了决定。按 G 完成并打开下一通。", "good");
});

// Whoever presses play before the sound is there hears it as soon as it is.
function toggle() {
  if (player) return player.toggle();
  if (!holder || failed) return null;
  wanted = !wanted;
  return paintButton(wanted ? "正在准备…" : "播放");
}

function paintButton(text) {
  document.querySelector("#play span").textContent = text;
}

function wireTransport() {
  document.getElementById("speed").addEventListener("change", (event) => player.speed(Number(event.target.value)));
  document.getElementById("skip").addEventListener("change", (event) => { player.skipping = event.target.checked; });
  player.wave.on("play", () => paintButton("暂停"));
  player.wave.on("pause", () => paintButton("播放"));
  player.speed(Number(document.getElementById("speed").value));
  player.skipping = document.getElementById("skip").checked;
}

// From a search: to the second, and to the line that was found.
function goTo(at) {
  if (at === null || Number.isNaN(Number(at))) return;
  player?.seek(Number(at));
  const line = turns.find((turn) => turn.end > Number(at) && turn.start >= Number(at) - 0.2);
  line?.row.scrollIntoView({ block: "center" });
  line?.row.classList.add("found");
}

function ready(sounding) {
  player = sounding;
  wireTransport();
  player.show(evidence());
  follow(0, player.wave.getDuration());
  const asked = new URLSearchParams(location.search).get("finding");
  choose(asked ? document.querySelector(`#work .finding[data-finding="${asked}"]`) : chosen() ?? findings()[0], Boolean(asked), Boolean(asked));
  goTo(new URLSearchParams(location.search).get("at"));
  document.body.dataset.ready = "sound";
  if (wanted) player.toggle();
}

readTurns();
paint(labels());
choose(findings()[0], false, false);
if (holder) {
  const sounding = new Player(holder, facts.talk, facts.unheard);
  sounding.watchers.push(follow);
  sounding.picked = (id) => choose(document.querySelector(`#work .finding[data-finding="${id.split("-")[1]}"]`), false);
  document.getElementById("play").addEventListener("click", toggle);
  sounding.start().then(() => ready(sounding)).catch((error) => {
    failed = true;
    paintButton("播放");
    say(`无法播放：${error.message}`);
  });
}
restore();
talkList?.setAttribute("data-wired", "");
