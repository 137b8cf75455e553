// 正在通话: one row a call, changed where something changed; the clocks run here, so that the server need not send them.
import { clock, follow, hearing, now, synchronise } from "./sse.js";

const body = document.querySelector("#going tbody");
const waitingBody = document.querySelector("#waiting tbody");
const only = document.getElementById("only");
const calls = new Map(); // id → {call, row, cells}
const QUIET = 15; // seconds of silence that are worth a look
const LATE = { job_number: "工号", greeting: "问候", identity: "单位", need_inquiry: "询问需要", hold_notice: "等候告知", hold_return: "久等致歉" };

const element = (name, text = "", kind = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
};
const tag = (text, kind) => element("span", text, `tag ${kind}`);

function put(call) {
  let known = calls.get(call.id);
  if (!known) {
    const row = document.createElement("tr");
    row.dataset.call = call.id;
    const cells = Array.from({ length: 9 }, () => row.appendChild(document.createElement("td")));
    for (const place of [1, 2, 6, 7]) cells[place].className = "right number";
    known = { row, cells };
    calls.set(call.id, known);
  }
  known.call = call;
  if (call.answered === null) known.row.remove();
  else { fill(known); if (!known.row.isConnected) body.append(known.row); }
}

function fill({ call, row, cells }) {
  const [who, , , warned, late, said, share, pace, channel] = cells;
  who.className = "who";
  who.replaceChildren(element("strong", [call.clerk_name, call.clerk].filter(Boolean).join(" ") || "坐席不详"), element("span", [call.unit, call.window].filter(Boolean).join(" "), "quiet small"));
  const warnings = call.warnings ?? [];
  const list = element("ul", "", "warn-list");
  for (const one of warnings.slice(-3)) {
    const item = element("li");
    item.append(tag(one.sure ? `✗ ${one.name}` : `? ${one.name}`, one.sure ? "bad" : "warn"), ` “${one.text}”`);
    list.append(item);
  }
  for (const name of call.alerts ?? []) {
    const item = element("li"), link = tag(`⚑ ${name}`, "bad");
    item.append(Object.assign(document.createElement("a"), { href: "/alerts?state=open" }));
    item.firstChild.append(link);
    list.append(item);
  }
  warned.replaceChildren(...(list.children.length ? [list] : []));
  row.classList.toggle("warned", list.children.length > 0);
  late.replaceChildren(...(call.duties ?? []).filter((one) => one.state === "overdue" && one.status !== "late" && LATE[one.rule]).map((one) => tag(LATE[one.rule], "warn")));
  said.className = "said";
  const latest = (call.acts ?? []).slice(-3);
  if (call.why) said.replaceChildren(element("span", call.why, "quiet"));
  else said.replaceChildren(...latest.map((one) => tag(`${one.side === "agent" ? "坐席" : "来电人"}：${one.name}`, "none")));
  const delivery = call.delivery;
  share.textContent = delivery?.talk_share == null ? "–" : `${Math.round(delivery.talk_share * 100)}%`;
  pace.textContent = delivery?.pace == null ? "–" : Math.round(delivery.pace);
  channel.textContent = call.channel || "–";
  channel.className = "mono small";
}

function drop(id) {
  calls.get(id)?.row.remove();
  calls.delete(id);
}

const marked = ({ call }) => Number(Boolean(call.warnings?.length || call.alerts?.length));

// Calls that need an eye come first, then the longest.
function sort() {
  const shown = [...calls.values()].filter((one) => one.call.answered !== null);
  shown.sort((a, b) => marked(b) - marked(a) || a.call.answered - b.call.answered);
  shown.forEach((one, place) => { if (body.children[place] !== one.row) body.insertBefore(one.row, body.children[place] ?? null); });
  for (const one of shown) one.row.hidden = only.checked && !marked(one);
  document.getElementById("none").hidden = shown.length > 0;
}

function missed(ended) {
  const note = document.getElementById("missed"), warned = ended.filter((one) => one.warnings.length);
  note.hidden = !ended.length;
  if (!ended.length) return;
  const names = warned.map((one) => `${one.clerk_name || one.clerk || "坐席不详"}（${[...new Set(one.warnings.map((each) => each.name))].join("、")}）`);
  note.textContent = `您离开期间有 ${ended.length} 通已结束` + (warned.length ? `，其中 ${warned.length} 通有提醒：${names.join("；")}。` : "，没有提醒。");
}

function waiting() {
  const queues = new Map();
  for (const { call } of calls.values()) {
    if (call.answered !== null) continue;
    const name = call.queue || "未进队列", known = queues.get(name) ?? { count: 0, since: Infinity };
    queues.set(name, { count: known.count + 1, since: Math.min(known.since, call.start) });
  }
  document.getElementById("waiting").hidden = !queues.size;
  waitingBody.replaceChildren(...[...queues].map(([name, one]) => {
    const row = element("tr");
    row.append(element("td", name), element("td", String(one.count), "right number"), element("td", clock(now() - one.since), "right number"));
    return row;
  }));
}

function tick() {
  const moment = now();
  let talking = 0, ringing = 0;
  for (const { call, cells, row } of calls.values()) {
    if (call.answered === null) { ringing += 1; continue; }
    talking += 1;
    if (row.hidden) continue;
    cells[1].textContent = clock(moment - call.answered);
    cells[1].title = `振铃 ${clock(call.answered - call.start)}`;
    const quiet = call.hold ? moment - call.hold : call.quiet == null || call.listening !== "on" ? null : moment - call.quiet;
    cells[2].textContent = quiet === null || quiet < 3 ? "" : `${call.hold ? "保持 " : ""}${clock(quiet)}`;
    cells[2].classList.toggle("quiet-long", quiet !== null && quiet >= QUIET);
  }
  const text = `${talking} 通在谈，${ringing} 人等候`;
  const summary = document.getElementById("summary");
  if (summary.textContent !== text) summary.textContent = text;
  waiting();
}

only.addEventListener("change", sort);
setInterval(tick, 1000);
follow("/live/stream", (name, told) => {
  synchronise(told.now);
  if (name === "hearing") { hearing(told); return; }
  if (name === "state") {
    const standing = new Set(told.calls.map((one) => one.id));
    for (const id of [...calls.keys()]) if (!standing.has(id)) drop(id);
    missed(told.missed ?? []);
  }
  for (const id of told.gone ?? []) drop(id);
  for (const call of told.calls) put(call);
  sort();
  tick();
  document.body.dataset.ready = "live";
});
