// What every page does: says what went wrong, keeps what was written, opens dialogs, leaves empty filters out of the address.
import { drop, failed, fill, keep, kept, valuesOf } from "./drafts.js";

const notice = document.getElementById("notice");
const FINISHED = "voice-agent-finished";

// kind: bad, warn or good; link: {text, address} of what to do next.
export function say(text, kind = "bad", link = null) {
  notice.textContent = text;
  notice.className = `note ${kind}`;
  notice.hidden = !text;
  if (link) notice.append(" ", linkTo(link));
}

export function linkTo({ text, address }) {
  return Object.assign(document.createElement("a"), { href: address, textContent: text });
}

export const signIn = () => ({ text: "重新登录", address: `/login?next=${encodeURIComponent(location.pathname + location.search)}` });

// The next page says which call was just finished, because the way back to it is easily lost.
export const finished = (call) => sessionStorage.setItem(FINISHED, JSON.stringify(call));

function sayFinished() {
  const call = JSON.parse(sessionStorage.getItem(FINISHED) ?? "null");
  sessionStorage.removeItem(FINISHED);
  if (call) say(`通话 ${call.name} 已完成复核。`, "good", { text: "回到那一通", address: call.url });
}

function restore() {
  const draft = kept();
  if (draft?.dialog) return;
  const form = draft && [...document.forms].find((one) => one.getAttribute("action") === draft.action);
  drop();
  if (!form) return;
  fill(form, draft.values);
  say("刚才没有保存。写好的内容还在，请再提交一次。", "warn");
  form.scrollIntoView({ block: "center" });
}

if (document.body.hasAttribute("data-refused")) failed();
else { restore(); sayFinished(); }

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") === "/logout") sessionStorage.clear();
  if (event.defaultPrevented || form.method !== "post" || !form.querySelector("textarea")) return;
  keep({ action: form.getAttribute("action"), values: valuesOf(form) });
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  if (event.target.closest("[data-print]")) window.print();
});

// A period by its name fills both days; a list shows it at once.
document.addEventListener("click", (event) => {
  const period = event.target.closest("[data-since]");
  if (!period) return;
  const form = period.closest("form");
  for (const name of ["since", "until"]) form.elements[name].value = period.dataset[name];
  if (form.method === "get") form.requestSubmit();
});

// A filter that is not set has no place in an address that people share.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form.filters")) return;
  for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
});
document.addEventListener("change", (event) => {
  const list = event.target.closest("select[data-go]");
  if (list) list.form.requestSubmit();
});
