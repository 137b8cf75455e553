// What every page does: says what went wrong with an update, opens dialogs, leaves empty filters out of the address.
const notice = document.getElementById("notice");

export function say(text) {
  notice.textContent = text;
  notice.hidden = !text;
}

document.addEventListener("htmx:response:error", (event) => {
  const answer = event.detail.ctx?.text ?? "";
  say(answer && answer.length < 400 ? answer : "服务器没有完成这一步，请重试。");
});
document.addEventListener("htmx:error", () => say("连不上服务器，请检查网络后重试。"));
document.addEventListener("htmx:after:swap", () => say(""));

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  if (event.target.closest("[data-print]")) window.print();
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
