// Work goes on behind the page: the number is kept up to date, and the page is loaded again when nothing is left.
const note = document.getElementById("left");
const number = note.querySelector(".number");

async function look() {
  const answer = await fetch("/phrases/left", { headers: { "X-Part": "1", Accept: "application/json" } });
  if (!answer.ok) return;
  const { left } = await answer.json();
  number.textContent = left;
  if (left) setTimeout(look, 1500);
  else location.reload();
}
setTimeout(look, 800);
