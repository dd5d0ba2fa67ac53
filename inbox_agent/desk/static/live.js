// What happens while the page is open. Hints say that something changed; then the parts of the page are asked for
// that hold no typed text. A row never moves by itself.

import { offerToShow, refreshCase, watchHands } from "./hands.js";
import { all, announce, askQuietly, CASE, HERE, isSignedOut, merge, one, parsed, put, ROWS } from "./page.js";

let source;

function listen() {
  if (document.hidden || isSignedOut || source?.readyState < EventSource.CLOSED) return;
  source = new EventSource("/events");
  source.addEventListener("queue", queueChanged);
  if (CASE) source.addEventListener(`case:${CASE}`, caseChanged);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(catchUp, 30_000);
  });
}

/** A browser has few connections to one place, so a page that nobody sees gives its own back. */
function onVisibility() {
  if (document.hidden) source?.close();
  else catchUp();
}

function catchUp() {
  listen();
  queueChanged();
  caseChanged();
  stillHere();
}

async function queueChanged() {
  await lookAround();
  if (one("[data-queue]")) await offerNew();
}

async function lookAround() {
  const fresh = await askQuietly("/around");
  if (fresh) all("[id^=count-], #health", parsed(fresh)).forEach(put);
}

/** Rows stay where they are until somebody says "show". */
async function offerNew() {
  const query = new URLSearchParams(location.search);
  query.set("known", all(ROWS).map((row) => row.id).join());
  const button = await askQuietly(`${location.pathname}/more?${query}`);
  one("[data-show]")?.remove();
  if (!button) return;
  one("#rows").insertAdjacentHTML("afterend", button);
  announce(one("[data-show]").textContent);
}

async function showNew(button) {
  const page = await askQuietly(HERE);
  // A list that was empty had no bar for what is selected.
  if (!page || !one("#several")) return location.reload();
  const known = new Set(all(ROWS).map((row) => row.id));
  button.remove();
  await merge(one("#rows"), one("#rows", parsed(page)).innerHTML);
  one(".row__who a", all(ROWS).find((row) => !known.has(row.id)) ?? document)?.focus({ preventScroll: true });
}

async function caseChanged() {
  if (one("[data-refresh]") && !(await refreshCase())) offerToShow();
  const seen = one("[name=last_mail]");
  if (CASE && seen) await sayWhoWrote(seen);
}

async function sayWhoWrote(seen) {
  const banner = await askQuietly(`/cases/${CASE}/wrote?after=${seen.value}`);
  if (!banner) return;
  one("#wrote")?.remove();
  one("h1").insertAdjacentHTML("afterend", banner);
  announce(one("#wrote p").textContent);
  const release = one("[data-release] [aria-keyshortcuts='Control+Enter']");
  if (!release) return;
  release.disabled = true;
  release.textContent = one("#wrote").dataset.instead;
}

async function stillHere() {
  if (document.hidden || isSignedOut || !one("[data-case], [data-draft]") || !CASE) return;
  const doing = one("[data-draft]") ? "writing" : "reading";
  await askQuietly(`/cases/${CASE}/here`, { form: new URLSearchParams({ doing }) });
  const others = await askQuietly(`/cases/${CASE}/others`);
  if (others && one("#others")) merge(one("#others"), others);
}

export function live() {
  document.addEventListener("visibilitychange", onVisibility);
  document.addEventListener("click", ({ target }) => {
    const show = target.closest("[data-show]");
    if (show) showNew(show);
  });
  watchHands();
  listen();
  setInterval(stillHere, 20_000);
  setInterval(lookAround, 60_000);
}
