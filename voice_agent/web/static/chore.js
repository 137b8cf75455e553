// Work goes on behind the page: how far it is is kept up to date, and the page is loaded again when it is over.
const note = document.getElementById("chore");

async function look() {
  const answer = await fetch(note.dataset.state, { headers: { "X-Part": "1", Accept: "application/json" } });
  if (!answer.ok) return;
  const { state, percent } = await answer.json();
  note.querySelector(".number").textContent = `${percent}%`;
  if (state === "running") setTimeout(look, 700);
  else location.reload();
}
setTimeout(look, 500);
