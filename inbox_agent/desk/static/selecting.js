// A phone's rows show their boxes only to who wants to select: who presses the button, or a row for a while.

import { all, one } from "./page.js";

const LONG_PRESS = 500;
const TREMBLE = 10;

export function offerSelecting(button) {
  const rows = one("#rows");
  const select = (isOn) => {
    rows.classList.toggle("picks--on", isOn);
    button.ariaPressed = `${isOn}`;
    if (!isOn) all("[name=ref]:checked", rows).forEach((box) => (box.checked = false));
  };
  rows.classList.add("picks");
  button.hidden = false;
  button.addEventListener("click", () => select(button.ariaPressed !== "true"));
  onLongPress(rows, (row) => {
    if (!button.checkVisibility()) return;  // where there is room the boxes are always there
    select(true);
    one("[name=ref]", row).checked = true;
  });
}

/** A finger that stays where it is: it neither scrolls, nor opens the link from which it is lifted. */
function onLongPress(rows, act) {
  let press = {};
  const end = () => clearTimeout(press.timer);
  const hold = () => {
    end();
    if (!press.isLong) act(press.row);
    press.isLong = true;
  };
  const begin = ({ target, pointerType, isPrimary, clientX: x, clientY: y }) => {
    end();
    press = { x, y, row: pointerType === "touch" && isPrimary && target.closest(".row:has([name=ref])") };
    if (press.row) press.timer = setTimeout(hold, LONG_PRESS);
  };
  const move = ({ clientX, clientY }) => {
    if (Math.hypot(clientX - press.x, clientY - press.y) > TREMBLE) end();
  };
  rows.addEventListener("pointerdown", begin);
  rows.addEventListener("pointermove", move);
  rows.addEventListener("pointerup", end);
  rows.addEventListener("pointercancel", end);  // also when the page begins to scroll
  rows.addEventListener("click", (event) => press.isLong && event.preventDefault());
  rows.addEventListener("contextmenu", (event) => {
    if (!press.row) return;  // of a mouse or a key
    event.preventDefault();
    hold();
  });
}
