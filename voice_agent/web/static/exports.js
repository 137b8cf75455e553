// Exports take a while: the page says how far they are, and fetches the file when it is done.
import { say, signIn } from "./app.js";

const csrf = () => document.querySelector('input[name="csrf"]').value;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function bar(holder) {
  holder.hidden = false;
  const progress = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  const words = document.createElement("span");
  progress.setAttribute("aria-label", "导出进度");
  holder.replaceChildren(progress, " ", words);
  return (percent, text) => { progress.value = percent; words.textContent = text; };
}

async function ask(address, options) {
  const answer = await fetch(address, { headers: { "X-Part": "1", Accept: "application/json" }, ...options });
  if (answer.status === 401) say("登录已过期，没有导出。", "bad", signIn());
  else if (!answer.ok) say(await answer.text());
  return answer.ok ? answer.json() : null;
}

async function run(link, holder) {
  const show = bar(holder);
  show(0, "正在准备导出…");
  const body = new URLSearchParams({ csrf: csrf(), kind: link.dataset.export, query: new URL(link.href).search });
  const started = await ask("/exports", { method: "POST", body });
  let state = started && await ask(started.address);
  while (state?.state === "running") {
    show(state.percent, `正在导出 ${state.percent}%（已写 ${state.rows.toLocaleString("zh-CN")} 行）`);
    await wait(400);
    state = await ask(started.address);
  }
  if (state?.state === "ready") { show(100, "导出完成，正在下载。"); location.assign(`${started.address}/file`); return; }
  holder.hidden = true;
  if (state) say(state.message);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-export]");
  if (!link) return;
  event.preventDefault();
  run(link, document.getElementById("export")).catch(() => say("连不上服务器，没有导出。请检查网络后重试。"));
});
