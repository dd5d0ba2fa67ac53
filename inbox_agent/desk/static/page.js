// The page and the server behind it: what is asked of it, and what is said to the reader.
// No words of any language are known here: what is shown stands in the page already, in the reader's own.

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const { me, singleKeys, busy } = document.body.dataset;
export const CASE = location.pathname.match(/^\/cases\/([^/]+)/)?.[1];
export const ROWS = "#rows .row";
export const HERE = location.pathname + location.search;

export let isSignedOut = false;

/** Its answer; throws where it is out of reach, says no, or wants us to sign in first. */
export async function ask(path, { form, byItself = true, keepalive = false } = {}) {
  const headers = byItself ? { "X-By-Itself": "yes" } : {};  // does not keep a session alive
  if (form) headers["X-CSRF"] = one("input[name=csrf]").value;
  const answer = await fetch(path, { method: form ? "POST" : "GET", body: form, headers, keepalive });
  isSignedOut ||= new URL(answer.url).pathname === "/sign-in";
  if (isSignedOut) saySignedOut();
  if (isSignedOut || (!answer.ok && answer.status !== 409)) throw new Error(`${answer.status}`);
  return answer;
}

/** What the page wants to know without anybody asking; if it cannot be had now, it will be later. */
export async function askQuietly(path, options) {
  if (isSignedOut) return null;
  const answer = await ask(path, options).catch(() => null);
  return answer?.status === 200 ? answer.text() : null;
}

export const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

/** A part takes the place of the one with its id, of which what is the same stays. */
export function put(fresh) {
  const shown = document.getElementById(fresh.id);
  if (shown) merge(shown, fresh.innerHTML);
}

export function merge(target, text) {
  return htmx.swap({ target, text, swap: "innerMorph", sourceElement: target });
}

export function copy(id) {
  return one(`template#${id}`).content.firstElementChild.cloneNode(true);
}

export function announce(text) {
  one("#announced").textContent = text;
}

function saySignedOut() {
  if (one("[data-sign-in]")) return;
  const banner = copy("signed-out");
  one("[data-sign-in]", banner).href = `/sign-in?then=${encodeURIComponent(HERE)}`;
  one("main").prepend(banner);
  banner.scrollIntoView({ block: "nearest" });
}

export function sayNotSaved(form, again) {
  if (one("[data-again]", form)) return;
  const banner = copy("not-saved");
  one("[data-again]", banner).addEventListener("click", again);
  form.prepend(banner);
}
