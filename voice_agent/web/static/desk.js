// A reviewer's steps on the page of one call: each is sent, and either the findings come back anew or it is said why not.
import { finished, linkTo, say, signIn } from "./app.js";
import { drop, fill, keep, kept, valuesOf } from "./drafts.js";

const facts = JSON.parse(document.getElementById("call-data").textContent);
export const work = () => document.getElementById("work");
export const held = () => work().dataset.held;
let busy = false;
let renewed = () => {};

export const onRenewed = (act) => { renewed = act; };

async function ask(url, options) {
  try {
    const answer = await fetch(url, { headers: { "X-Part": "1", Accept: "text/html" }, ...options });
    return { status: answer.status, text: await answer.text(), go: answer.headers.get("X-Go") };
  } catch {
    return { status: 0, text: "连不上服务器，没有保存。请检查网络后重试。" };
  }
}

// One step at a time: a key that repeats must not store three reviews.
async function send(url, values) {
  if (busy) return null;
  busy = true;
  const result = await ask(url, { method: "POST", body: new URLSearchParams({ csrf: facts.csrf, ...values }) });
  busy = false;
  return result;
}

function put(html) {
  const old = work();
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const place = old.scrollTop;
  old.replaceWith(holder.content.firstElementChild);
  work().scrollTop = place;
}

export async function refresh() {
  const result = await ask(`${facts.url}/work`);
  if (result.status !== 200) return;
  put(result.text);
  renewed(false);
}

function problemOf(dialog) {
  return dialog.querySelector("[data-problem]");
}

function refused(result, dialog) {
  const words = result.text && result.text.length < 400 ? result.text : "服务器没有完成这一步，没有保存。请稍后重试。";
  const link = result.status === 401 ? signIn() : null;
  if (!dialog) say(words, "bad", link);
  else {
    problemOf(dialog).replaceChildren(words, ...(link ? [" ", linkTo(link)] : []));
    problemOf(dialog).hidden = false;
    keep({ failed: true, dialog: dialog.id, about: dialog.dataset.finding ?? "", values: valuesOf(dialog.querySelector("form")) });
  }
  if ([400, 403].includes(result.status)) refresh();
}

// onward: a decision was made, so the next open finding is to be looked at.
export async function act(url, values, { onward = false, dialog = null } = {}) {
  const result = await send(url, values);
  if (!result) return false;
  if (result.status === 204) { finished({ url: facts.url, name: facts.name }); drop(); location.assign(result.go); return true; }
  if (result.status !== 200) { refused(result, dialog); return false; }
  say("");
  put(result.text);
  renewed(onward);
  return true;
}

export function openDialog(id, finding) {
  const dialog = document.getElementById(id);
  if (!dialog || (!finding && dialog.hasAttribute("data-about"))) return null;
  if (finding) {
    dialog.dataset.finding = finding.dataset.finding;
    dialog.querySelector("[data-name]").textContent = finding.dataset.name;
  }
  const problem = problemOf(dialog);
  if (problem) problem.hidden = true;
  dialog.showModal();
  return dialog;
}

function urlOf(form, dialog) {
  return dialog.hasAttribute("data-about") ? `${facts.url}/findings/${dialog.dataset.finding}/${form.dataset.action}` : form.getAttribute("action");
}

for (const form of document.querySelectorAll("form[data-action]")) {
  const dialog = form.closest("dialog");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const onward = form.dataset.action === "review";
    if (!await act(urlOf(form, dialog), valuesOf(form), { dialog, onward })) return;
    dialog.close();
    form.reset();
    drop();
  });
}
document.addEventListener("click", (event) => { if (event.target.closest("dialog [data-close]")) drop(); });

// Back from signing in, or after loading again: the dialog with what was written in it.
export function restore() {
  const draft = kept();
  const finding = draft?.about ? document.querySelector(`#work .finding[data-finding="${draft.about}"]`) : undefined;
  const dialog = draft?.dialog && openDialog(draft.dialog, finding);
  if (!dialog) return;
  fill(dialog.querySelector("form"), draft.values);
  problemOf(dialog).textContent = "刚才没有保存。写好的内容还在，请再提交一次。";
  problemOf(dialog).hidden = false;
}

export function finish() {
  if (!facts.may_review) return null;
  if (held()) return say(`${held()} 正在复核这通电话，现在不能完成。`);
  const open = [...document.querySelectorAll("#work .finding[data-open]")].map((one) => one.dataset.name);
  if (!open.length) return act(`${facts.url}/finish${facts.query}`, {});
  document.getElementById("finish-list").textContent = open.join("、");
  document.getElementById("finish-count").textContent = String(open.length);
  return openDialog("finish-dialog");
}
