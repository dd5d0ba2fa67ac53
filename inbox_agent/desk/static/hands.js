// The page of a case keeps up with the case, but nothing changes under a hand: what can be pressed stays as it is
// while somebody points at it, has the focus there or is just pressing, and a line says that there is more.

import { all, announce, askQuietly, copy, one, parsed, put } from "./page.js";

const CLICK_COMES_WITHIN = 400;
let presses = 0;

export function watchHands() {
  addEventListener("pointerdown", () => (presses += 1), true);
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => setTimeout(() => (presses -= 1), CLICK_COMES_WITHIN), true);
  }
}

/** Says whether all of it is shown now. */
export async function refreshCase(isAsked = false) {
  const page = await askQuietly(one("[data-refresh]").dataset.refresh);
  if (!page) return true;
  const late = all("body > [id]", parsed(page)).filter((part) => !isPut(part, isAsked));
  if (!late.length) one("[data-show-case]")?.remove();
  return !late.length;
}

function isPut(fresh, isAsked) {
  const shown = document.getElementById(fresh.id);
  if (fresh.dataset.pressed === undefined) put(fresh);
  else if (shown.innerHTML !== fresh.innerHTML) {
    if (!isAsked && isInHand(shown.closest("section"))) return false;
    shown.replaceChildren(...fresh.childNodes);
  }
  return true;
}

function isInHand(region) {
  return presses > 0 || region.matches(":hover, :focus-within");
}

/** It stands beside the button of the next step, which does not move. */
export function offerToShow() {
  if (one("[data-show-case]")) return;
  const line = copy("case-changed");
  line.addEventListener("click", async () => {
    await refreshCase(true);
    one("#next").focus();
  });
  one("#next-step").after(line);
  announce(line.textContent);
}
