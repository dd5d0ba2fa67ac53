// The comfort of the desk. Every page works without it.

import { keepDrafts } from "./drafts.js";
import { onKey } from "./keys.js";
import { live } from "./live.js";
import { all, busy, HERE, isSignedOut, me, one, sayNotSaved } from "./page.js";
import { offerSelecting } from "./selecting.js";

function onSubmit(event) {
  const { target: form, submitter } = event;
  if (form.method !== "post" || form.role === "search") return;
  if (form.dataset.isBusy || (!navigator.onLine && !isSignedOut)) {
    event.preventDefault();
    if (!form.dataset.isBusy) sayNotSaved(form, () => form.requestSubmit(submitter));
    return;
  }
  if (form.getAttribute("action") === "/sign-out") sessionStorage.clear();
  makeBusy(form, submitter);
}

/** A second press sends nothing; should no page come, it may be tried again. */
function makeBusy(form, button) {
  form.dataset.isBusy = "yes";
  const was = button?.innerHTML;
  if (button) button.textContent = button.dataset.busy ?? busy;
  const rest = () => {
    delete form.dataset.isBusy;
    if (button) button.innerHTML = was;
  };
  setTimeout(rest, 15_000);
  addEventListener("pageshow", rest, { once: true });  // the browser's "back" shows this very page again
}

/** Undo is there for half a minute, longer for who is about to press it. */
function hideLater(toast) {
  let seconds = 30;
  const timer = setInterval(() => {
    if (!toast.matches(":hover, :focus-within")) seconds -= 1;
    if (seconds > 0) return;
    toast.hidden = true;
    clearInterval(timer);
  }, 1000);
}

/** Ready-made words go where the writer's hand was. */
function insert(button) {
  const around = button.closest(".half, form");
  const area = around.contains(lastArea) ? lastArea : one("textarea", around);
  area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

let lastArea = null;

function watchAreas() {
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea")) lastArea = target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    event.preventDefault();
    insert(button);
  });
}

/** From a case, back to the list as it was left. */
function rememberQueue() {
  if (one("[data-queue]")) sessionStorage.setItem("queue", HERE);
  const back = one("[data-back]");
  if (back) back.href = sessionStorage.getItem("queue") ?? back.href;
}

document.addEventListener("submit", onSubmit);
if (me) {
  rememberQueue();
  keepDrafts();
  watchAreas();
  all("[data-selecting]").forEach(offerSelecting);
  if (one("#said")?.textContent) hideLater(one("#toast"));
  document.addEventListener("keydown", onKey);
  live();
}
