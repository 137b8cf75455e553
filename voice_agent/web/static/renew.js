// A part of the page that brings itself up to date; when that fails it says so, because old figures must not look like new ones.
import { say, signIn } from "./app.js";

const SECONDS = 15;

async function renew() {
  const old = document.querySelector("[data-live]");
  try {
    const answer = await fetch(old.dataset.live, { headers: { "X-Part": "1", Accept: "text/html" } });
    const text = await answer.text();
    if (!answer.ok) return say(text, "bad", answer.status === 401 ? signIn() : null);
    const holder = document.createElement("template");
    holder.innerHTML = text.trim();
    old.replaceWith(holder.content.firstElementChild);
    return say("");
  } catch {
    return say("连不上服务器，下面是先前的情况。");
  }
}

setInterval(() => { if (!document.hidden) renew(); }, SECONDS * 1000);
