// Hangs the findings on the lines of the conversation. Only the clerk has duties: findings hang on the clerk's lines, complaints on the caller's.
const SIDE = ".turn:not(.caller)";

function rowsFor({ from, to, where }, own) {
  const heard = own.filter((turn) => turn.start < to && turn.end > from);
  const after = () => own.find((turn) => turn.start >= from) ?? own.at(-1);
  if (where === "all") return heard;
  if (where === "first") return [heard[0] ?? after()];
  if (where === "last") return [heard.at(-1) ?? own.filter((turn) => turn.start <= to).at(-1) ?? own.at(-1)];
  if (where === "before") return [own.filter((turn) => turn.end <= from + 0.5).at(-1) ?? own[0]];
  return [after()];
}

function tag({ words, kind, sign }) {
  const made = Object.assign(document.createElement("span"), { className: `tag ${kind}` });
  made.append(Object.assign(document.createElement("span"), { textContent: `${sign} ` }), words);
  made.firstChild.setAttribute("aria-hidden", "true");
  return made;
}

function holder(row) {
  const body = row.querySelector(".body");
  return body.querySelector(".tags") ?? body.appendChild(Object.assign(document.createElement("div"), { className: "tags" }));
}

export function paint(labels) {
  for (const old of document.querySelectorAll("#talk .tags")) old.remove();
  const lines = (which) => [...document.querySelectorAll(`#talk ${which}`)].map((row) => ({ row, start: Number(row.dataset.start), end: Number(row.dataset.end) }));
  const [own, said] = [lines(SIDE), lines(".turn.caller")];
  const hung = new Set();
  for (const label of labels) {
    const rows = label.where === "said" ? rowsFor({ ...label, where: "all" }, said).slice(0, 1) : rowsFor(label, own);
    for (const turn of rows.filter(Boolean)) {
      const name = `${turn.start} ${label.words}`;
      if (!hung.has(name)) holder(turn.row).append(tag(label));
      hung.add(name);
    }
  }
}
