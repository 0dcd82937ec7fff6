// What was asked and answered: kept by this browser alone, bounded, for this visitor; shown again after a reload, saved as
// a file, forgotten at the press of a button.

import { flash, fragment, make } from "./dom.js";

const MOST = 100; // answers
const LARGEST = 1_000_000; // characters of all of them
const RECALLED = 20; // of the last conversation, at once

export class History {
  #memory = [];
  #talk = "";

  // `hooks.tell` announces a line, `hooks.forgotten` is called when all is cleared.
  constructor(root, server, hooks) {
    this.server = server;
    this.hooks = hooks;
    for (const id of ["save", "formats", "forget", "saved"]) this[id] = root.querySelector(`#${id}`);
    this.save.addEventListener("click", () => this.toggle(this.formats.hidden));
    this.formats.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-format]");
      if (button) this.#export(button);
    });
    this.forget.addEventListener("click", () => this.#forget());
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.formats.hidden && !target.closest?.(".saving")) this.toggle(false);
    });
    this.begin();
  }

  get open() {
    return !this.formats.hidden;
  }

  toggle(open) {
    const held = this.formats.contains(document.activeElement);
    this.formats.hidden = !open;
    this.save.setAttribute("aria-expanded", String(open));
    this.forget.textContent = "Clear history";
    if (open) this.formats.querySelector("button").focus();
    else if (held) this.save.focus();
  }

  // Another conversation.
  begin() {
    this.#talk = `${Date.now()}`;
    this.#mark();
  }

  add(answer) {
    const turns = [...this.#turns(), { talk: this.#talk, at: new Date().toISOString(), answer }].slice(-MOST);
    while (turns.length > 1 && JSON.stringify(turns).length > LARGEST) turns.shift();
    this.#put(turns);
  }

  // The turns of the last conversation, which goes on; how many lie before them.
  last() {
    const turns = this.#turns();
    if (!turns.length) return { turns: [], before: 0 };
    this.#talk = turns.at(-1).talk;
    const from = Math.max(turns.findIndex((turn) => turn.talk === this.#talk), turns.length - RECALLED);
    this.#mark();
    return { turns: turns.slice(from), before: from };
  }

  // The turns before `from`.
  earlier(from) {
    return this.#turns().slice(0, from);
  }

  async #export(button) {
    const format = button.dataset.format;
    try {
      const blob = await this.server.export({ format, turns: sent(this.#turns()) });
      const link = make("a");
      link.href = URL.createObjectURL(blob);
      link.download = `whosaid-${new Date().toISOString().slice(0, 10)}.${{ markdown: "md" }[format] ?? format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      this.toggle(false);
    } catch {
      this.hooks.tell("The conversation could not be saved.");
      flash(button, "not saved");
    }
  }

  // Asks once more: what is cleared is gone.
  #forget() {
    if (this.forget.dataset.sure !== "true") {
      this.forget.dataset.sure = "true";
      flash(this.forget, "Really clear?");
      setTimeout(() => delete this.forget.dataset.sure, 4000);
      return;
    }
    delete this.forget.dataset.sure;
    this.#put([]);
    this.toggle(false);
    this.hooks.forgotten();
  }

  get #key() {
    const visitor = this.server.visitor();
    return visitor ? `whosaid-history:${visitor}` : "whosaid-history";
  }

  #turns() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((turn) => turn?.answer?.question && turn.at) : [];
    } catch {
      return this.#memory;
    }
  }

  #put(turns) {
    this.#memory = turns;
    for (let rest = turns; ; rest = rest.slice(Math.ceil(rest.length / 2))) {
      try {
        if (rest.length) localStorage.setItem(this.#key, JSON.stringify(rest));
        else localStorage.removeItem(this.#key);
        break;
      } catch {
        // No room: without the older half there may be. Or storage is forbidden, and the page's memory has to do.
        if (rest.length <= 1) break;
      }
    }
    this.#mark();
  }

  #mark() {
    this.saved.hidden = !this.#turns().length;
  }
}

export const sent = (turns) => turns.map(({ at, answer }) => ({ at, answer }));

// The cards of kept turns, each under its question, as `restore` gave them.
export function recalled(cards, turns) {
  return cards.flatMap((reply, number) => {
    const asked = make("div", "asked", turns[number].answer.question);
    asked.dir = "auto";
    const slot = make("div", "slot");
    slot.append(fragment(reply.html));
    return [asked, slot];
  });
}
