// Drafts: what somebody types is theirs; nothing but their own hand removes it.

import { all, ask, copy, isSignedOut, me, one, sayNotSaved } from "./page.js";

const DRAFT = "draft ";

/** What somebody types in one form: with us after every pause, in the browser until we have it. */
class Draft {
  constructor(form) {
    this.form = form;
    this.version = form.dataset.version;
    this.key = `${DRAFT}${me} ${form.dataset.draft} ${form.dataset.place}`;
    this.restore();
    form.addEventListener("input", () => this.typed());
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", () => this.sent());
    form.addEventListener("save", () => this.save(true));
  }

  get fields() {
    return all("textarea, input[type=text]", this.form).filter((field) => field.name);
  }

  get text() {
    return Object.fromEntries(this.fields.map(({ name, value }) => [name, value]));
  }

  typed() {
    this.isDirty = true;
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 800);
  }

  keep(isSent = false) {
    sessionStorage.setItem(this.key, JSON.stringify({ text: this.text, version: this.version, isSent }));
  }

  /** Until the page after it says that it arrived, what was sent is not forgotten. */
  sent() {
    this.keep(true);
    clearTimeout(this.timer);
    this.isDirty = this.hasFailed = false;
  }

  restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.key));
    if (!kept || this.holds(kept.text)) return sessionStorage.removeItem(this.key);
    if (kept.version !== this.version) return this.showBoth(this.text, this.version, () => this.fill(kept.text));
    this.fill(kept.text);
    this.save();
  }

  holds(text) {
    return this.fields.every((field) => text[field.name] === undefined || text[field.name] === field.value);
  }

  fill(text) {
    this.fields.forEach((field) => (field.value = text[field.name] ?? field.value));
    this.isDirty = true;
  }

  async save(isAsked = false) {
    clearTimeout(this.timer);
    if (!(this.isDirty || isAsked) || this.isSaving || this.isTwofold) return;
    this.isDirty = false;
    this.isSaving = true;
    try {
      await this.bring();
    } catch {
      this.failed();
    }
    this.isSaving = false;
    if (this.isDirty && !this.hasFailed) this.save();
  }

  async bring() {
    const { draft, place } = this.form.dataset;
    const form = new URLSearchParams(new FormData(this.form));
    form.set("place", place);
    form.set("version", this.version);
    const keepalive = `${form}`.length < 60_000;  // also when the page is left just now
    const answer = await ask(draft, { form, byItself: false, keepalive });
    const told = await answer.json();
    if (answer.status === 409) this.showBoth(told.theirs, told.version);
    else this.saved(told);
  }

  saved({ version, saved }) {
    this.goOnFrom(version);
    this.hasFailed = false;
    one("[data-again]", this.form)?.closest(".banner").remove();
    if (!this.isDirty) sessionStorage.removeItem(this.key);
    all("[data-saved]").forEach((label) => (label.textContent = (label.dataset.saved || "{}").replace("{}", saved)));
  }

  goOnFrom(version) {
    this.version = `${version}`;
    if (this.form.elements.version) this.form.elements.version.value = version;
  }

  failed() {
    this.hasFailed = this.isDirty = true;
    if (!isSignedOut) sayNotSaved(this.form, () => this.save());
  }

  /** Another window saved meanwhile: both texts are shown, and the person says which one goes on. */
  showBoth(other, version, fillMine = () => {}) {
    this.isTwofold = true;
    fillMine();
    const section = copy("two-texts");
    this.fields.forEach(({ name, dir }) => one("[data-other]", section).append(paragraph(other[name] ?? "", dir)));
    const go = (then) => () => {
      section.remove();
      this.isTwofold = false;
      this.goOnFrom(version);
      then();
      this.save(true);
    };
    one("[data-take]", section).addEventListener("click", go(() => this.fill(other)));
    one("[data-keep]", section).addEventListener("click", go(() => {}));
    this.form.prepend(section);
  }
}

function paragraph(text, dir) {
  const made = document.createElement("p");
  made.className = "text";
  made.dir = dir || "auto";
  made.textContent = text;
  return made;
}

/** What arrived is forgotten, and whatever somebody else typed in this browser. */
function forgetDrafts() {
  const arrived = Boolean(one("#said")?.textContent);
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(DRAFT))) {
    const isMine = key.startsWith(`${DRAFT}${me} `);
    if (!isMine || (arrived && JSON.parse(sessionStorage.getItem(key)).isSent)) sessionStorage.removeItem(key);
  }
}

export function keepDrafts() {
  forgetDrafts();
  const drafts = all("form[data-draft]").map((form) => new Draft(form));
  addEventListener("beforeunload", (event) => {
    if (!isSignedOut && drafts.some((draft) => draft.hasFailed)) event.preventDefault();
  });
}
