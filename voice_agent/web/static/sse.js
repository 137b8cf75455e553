// A stream of events that survives sleep, a restart of the server and a dropped line: it begins again where it stopped.
import { say, signIn } from "./app.js";

const SILENT = 30_000; // the server says something every ten seconds

export function follow(address, tell) {
  let last = "", heard = Date.now(), source = null, over = false, tries = 0;

  function open() {
    source?.close();
    heard = Date.now();
    source = new EventSource(last ? `${address}?since=${last}` : address);
    for (const name of ["state", "change", "hearing"]) source.addEventListener(name, (event) => take(name, event));
    source.addEventListener("signed-out", () => { over = true; source.close(); say("登录已过期，页面不再更新。", "bad", signIn()); });
    source.onerror = () => { if (source.readyState === EventSource.CLOSED && !over) retry(); };
  }
  function take(name, event) {
    heard = Date.now(); tries = 0;
    if (event.lastEventId) last = event.lastEventId;
    tell(name, JSON.parse(event.data));
  }
  function retry() {
    tries += 1;
    if (tries > 2) tell("hearing", { lost: true });
    setTimeout(open, Math.min(15_000, 500 * 2 ** tries));
  }
  setInterval(() => { if (!over && Date.now() - heard > SILENT) { heard = Date.now(); retry(); } }, 5_000);
  addEventListener("pagehide", () => { over = true; source?.close(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { over = false; open(); } });
  open();
}

// The server's clock: what it calls now, less what this browser calls now.
let ahead = 0;
export const synchronise = (now) => { if (now) ahead = now - Date.now() / 1000; };
export const now = () => Date.now() / 1000 + ahead;
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function hearing(told) {
  const note = document.getElementById("hearing");
  let text = "";
  if (told.lost) text = "连不上服务器，正在重新连接；下面可能不是最新的。";
  else if (!told.alive) text = told.ever ? "实时监听没有在运行：voice-agent listen 已停止或没有回应。挂机后的检查不受影响。" : "实时监听还没有开启：运行 voice-agent listen --live，或在配置里写 [live] enabled = true。";
  else if (!told.following) text = "与电话系统的连接中断，正在重连；录音仍在听，通话的变化可能晚到。";
  else if (told.waiting) text = `机器能同时听 ${told.limit} 通，另有 ${told.waiting} 通排队等待；它们挂机后照常检查。`;
  note.textContent = text;
  note.hidden = !text;
}
