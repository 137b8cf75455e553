// What somebody wrote and could not save: kept in this tab, for this person and page only, until it is saved or given up.
const KEY = "voice-agent-draft";
const who = document.body.dataset.user;

const read = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");
export const keep = (draft) => sessionStorage.setItem(KEY, JSON.stringify({ ...draft, who, page: location.pathname }));
export const drop = () => sessionStorage.removeItem(KEY);

// The draft of this page, if the step that it belongs to failed.
export function kept() {
  const draft = read();
  return draft?.failed && draft.who === who && draft.page === location.pathname ? draft : null;
}

// Signing in again and errors are pages too: what was sent from the page before has failed.
export function failed() {
  const draft = read();
  if (draft) sessionStorage.setItem(KEY, JSON.stringify({ ...draft, failed: true }));
}

// The fields of a form as they stand, without what is secret or belongs to the session.
export function valuesOf(form) {
  const all = [...new FormData(form)].filter(([name]) => name !== "csrf" && form.elements[name]?.type !== "password");
  return Object.fromEntries(all);
}

export function fill(form, values) {
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
}
