// Keys: single ones where the person has them on, never in a field; every key is also a control that can be seen.

import { all, askQuietly, one, parsed, ROWS, singleKeys } from "./page.js";

const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PLACES = { q: "/queue/decide", t: "/triage", m: "/queue/mine", r: "/reports" };
const GO_WITHIN = 1500;
let goUntil = 0;

/** What a key means, also on an Arabic keyboard: there its place counts, as on QWERTY. */
function keyOf({ key, code, shiftKey }) {
  if (/^[٠-٩]$/.test(key)) return `${key.charCodeAt(0) - 0x660}`;
  if (key === "؟") return "?";
  const isLatin = /^[ -~]+$/.test(key);
  if (isLatin && !/^[a-z]$/i.test(key)) return key;
  if (shiftKey) return code === "Slash" && !isLatin ? "?" : "";
  return isLatin ? key.toLowerCase() : placeOf(code);
}

function placeOf(code) {
  const [, name] = code.match(/^(?:Key|Digit)(.)$/) ?? [];
  return name?.toLowerCase() ?? { Slash: "/", Period: "." }[code] ?? "";
}

export function onKey(event) {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  const key = keyOf(event);
  if (event.ctrlKey || event.metaKey) return onChord(event, key);
  if (key === "Escape") return closeMenus();
  if (!key || event.target.closest(FIELDS) || one("dialog[open]")) return;
  if (arrow(event) || (singleKeys === "on" && single(key, event))) event.preventDefault();
}

function onChord(event, key) {
  const form = event.target.closest("form");
  if (key === "Enter") {
    const button = releaseButton(form);
    if (!button) return;
    event.preventDefault();
    if (!event.repeat) button.click();
  } else if (key === "s" && one("form[data-draft]")) {
    event.preventDefault();
    if (!event.repeat) all("form[data-draft]").forEach((draft) => draft.dispatchEvent(new Event("save")));
  }
}

/** Of the form in which somebody writes; what stands in another form must not leave in its place. */
function releaseButton(form) {
  const release = form?.matches("[data-release]") ? form : one("form[data-release]");
  if (!release || (form?.matches("[data-draft]") && form !== release)) return null;
  const button = one("[aria-keyshortcuts='Control+Enter']", release);
  return button && isUsable(button) ? button : null;
}

function arrow({ key, target }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  return step && target.closest(ROWS) ? move(step) : false;
}

/** One letter, digit or mark; says whether it meant anything here. */
function single(key, { repeat, timeStamp }) {
  const goes = timeStamp < goUntil && PLACES[key];
  goUntil = 0;
  if (goes) return visit(goes);
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (repeat) return false;  // a key held down never decides twice
  if (key === "g") return (goUntil = timeStamp + GO_WITHIN);
  if (key === "?") return showKeys();
  return onRow(key) || press(key);
}

function visit(path) {
  location.assign(path);
  return true;
}

/** The next or the last one of the rows or messages becomes the one in hand. */
function move(step) {
  const items = all(`${ROWS}, #conversation > article`);
  if (!items.length) return false;
  const at = items.findIndex((item) => item.contains(document.activeElement) || item.ariaCurrent);
  items.forEach((item) => item.removeAttribute("aria-current"));
  take(items[Math.min(Math.max(at + step, 0), items.length - 1)]);
  return true;
}

function take(item) {
  item.ariaCurrent = "true";
  const target = one(".row__who a", item) ?? item;
  if (target === item) item.tabIndex = -1;
  target.focus();
}

function onRow(key) {
  const row = document.activeElement.closest(ROWS) ?? one(`${ROWS}[aria-current]`);
  if (!row) return false;
  const box = one("[name=ref]", row);
  if (key === "o") one("a", row).click();
  else if (key === "x" && box) box.click();
  else {
    // A verb of the whole list means the row in hand where none is selected.
    if ("ab".includes(key) && box && !one(`${ROWS} [name=ref]:checked`)) box.checked = true;
    return false;
  }
  return true;
}

/** The control that says it answers to this key; "." only goes there, and so does a field. */
function press(key) {
  const answers = (control) => control.getAttribute("aria-keyshortcuts").toLowerCase() === key;
  const control = all("[aria-keyshortcuts]").find((each) => answers(each) && isUsable(each));
  if (!control) return false;
  if (key === "." || control.matches(FIELDS)) control.focus();
  else control.click();
  return true;
}

function isUsable(control) {
  return !control.disabled && control.checkVisibility({ visibilityProperty: true });
}

function closeMenus() {
  for (const menu of all("details.menu[open]")) {
    menu.open = false;
    one("summary", menu).focus();
  }
}

function showKeys() {
  one("#keys").showModal();
  if (!one("#keys-list").childElementCount) listKeys();
  return true;
}

async function listKeys() {
  const list = await askQuietly("/help/keys");
  if (list) one("#keys-list").replaceChildren(...parsed(list).body.childNodes);
}
